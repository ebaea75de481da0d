"""CSV text <-> numbers by loops in machine code: the two functions of `numpy_codec`, the same bytes out, and quicker.

The loops read a block only if it is regular: every record sound, with as many cells as it should have, and a number in
every cell of an input. Any other block, and all as long as the loops are not there, goes to `numpy_codec`.
"""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from netgrad.compiled import ready
from netgrad.core.arrays import Array
from netgrad.tables import numpy_codec
from netgrad.tables.cells import others_of, targets_of
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout
from netgrad.tables.records import MAX_RECORD, unquoted

LOOPS = "text"
BYTE = 12  # nanoseconds that loops save for each byte read, and about as many for what is then written
_FLOAT, _BEHIND = 25, 40  # bytes of a float and its separator at most; that are written behind the text
_TOGETHER = 64  # results that are made decimal together
_DOUBTS = 64  # numbers of a block that may be left to `float`

Ints = NDArray[np.int64]


class Spans(Sequence[bytes]):
    """Texts that stand in another one, which is not taken apart."""

    def __init__(self, text: bytes, bounds: Ints) -> None:
        self.text = text
        self.bounds = bounds  # (m, 2), where each begins and ends

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "Spans":
        """The texts themselves, or one that holds them all."""
        if isinstance(texts, cls):
            return texts
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        return cls(b"".join(texts), np.stack([np.concatenate([[0], ends[:-1]])[: len(ends)], ends], axis=1))

    def __len__(self) -> int:
        return len(self.bounds)

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> "Spans": ...
    def __getitem__(self, at: int | slice) -> "bytes | Spans":
        if isinstance(at, slice):
            return Spans(self.text, np.ascontiguousarray(self.bounds[at]))
        start, end = self.bounds[at].tolist()
        return self.text[start:end]

    def __iter__(self) -> Iterator[bytes]:
        return (self.text[start:end] for start, end in self.bounds.tolist())


def decode(data: bytes, line: int, layout: Layout, stops: bool = False) -> Chunk:
    """The records of `data`, all of them whole; the answer of `numpy_codec.decode`."""
    loops = ready.loops(LOOPS, BYTE * len(data))
    chunk = None if loops is None or not data.endswith(b"\n") else _regular(loops, data, layout)
    return numpy_codec.decode(data, line, layout, stops) if chunk is None else chunk


def encode(chunk: Chunk, results: Array, layout: Layout) -> bytes:
    """Each record's echo with its results, shape (m, p), appended; the bytes of `numpy_codec.encode`."""
    loops, (D, decimal, _) = ready.loops(LOOPS, 0), layout.dialect
    if loops is None or not isinstance(chunk.eols, bytes):
        return numpy_codec.encode(chunk, results, layout)
    kept, values = Spans.of(chunk.kept), np.ascontiguousarray(results, np.float64)
    (m, p), eol = values.shape, chunk.eols
    most = len(kept.text) + m * (_FLOAT * p + len(eol)) + _BEHIND
    out = np.empty(most, np.uint8)
    point = decimal if decimal != D else b"."
    size = loops.write(
        kept.text,
        kept.bounds,
        m,
        values,
        p,
        layout.echoes,
        D[0],
        point[0],
        int.from_bytes(eol, "little"),
        len(eol),
        out,
        np.empty(_TOGETHER, np.uint64),
        np.empty(_TOGETHER, np.int64),
        _TOGETHER,
    )
    return out[:size].tobytes()


def _regular(loops: ready.Loops, data: bytes, layout: Layout) -> Chunk | None:
    """`data` if every line is a sound record and every input a finite number; else None."""
    (D, decimal, comment), width, n = layout.dialect, layout.width, len(layout.inputs)
    if len(data) > MAX_RECORD or len(set(layout.inputs)) < n:
        return None
    wanted = sorted({*(layout.keep or ()), *layout.target})  # cells whose bounds are wanted
    most = len(data) // (width + n) + 1  # records: each cell has a delimiter or an end, an input a digit
    X, spans, cells = np.empty((most, n)), np.empty((most, 2), np.int64), np.empty((most, len(wanted), 2), np.int64)
    undecided = np.zeros((_DOUBTS + 1, 3), np.int64)
    m = loops.scan(
        data, len(data), _places(layout.inputs, width), _places(wanted, width), width, len(wanted), D[0], decimal[0],
        comment, len(comment), X, n, spans, cells, undecided, _DOUBTS,
    )  # fmt: skip
    if m < 0:
        return None
    X, spans, cells = X[:m], spans[:m], cells[:m]
    if not _decided(X, undecided, data, decimal):
        return None
    eols = _eols(data, spans)
    kept = Spans(data, spans) if layout.keep is None else _gathered(loops, data, cells, wanted, layout)
    if layout.targets is None:
        return Chunk(X, None, kept, eols, [])
    y = [[unquoted(cell) for cell in Spans(data, cells[:, wanted.index(j)])] for j in layout.target]
    Y = targets_of(y, layout)
    return None if Y is None else Chunk(X, Y, kept, eols, [], others_of(y, layout))


def _places(columns: Sequence[int], width: int) -> Ints:
    """For each of `width` columns its place among `columns`, or -1."""
    places = np.full(width, -1, np.int64)
    places[list(columns)] = np.arange(len(columns))
    return places


def _decided(X: Array, undecided: Ints, data: bytes, decimal: bytes) -> bool:
    """True where `float` reads what the loop could not decide, and finds it finite; it is put into X."""
    for place, start, end in undecided[1 : undecided[0, 0] + 1].tolist():
        X.flat[place] = float(unquoted(data[start:end]).replace(decimal, b"."))
    return bool(np.isfinite(X.flat[undecided[1 : undecided[0, 0] + 1, 0]]).all())


def _eols(data: bytes, spans: Ints) -> bytes | list[bytes]:
    """The end of every line, or of each."""
    if b"\r" not in data:
        return b"\n"
    has_return = np.frombuffer(data, np.uint8)[spans[:, 1]] == ord("\r")
    if has_return.all() or not has_return.any():
        return b"\r\n" if has_return.any() else b"\n"
    return [b"\r\n" if is_so else b"\n" for is_so in has_return.tolist()]


def _gathered(loops: ready.Loops, data: bytes, cells: Ints, wanted: list[int], layout: Layout) -> Spans:
    """The cells of each record that are kept, with delimiters between them."""
    assert layout.keep is not None
    order = np.array([wanted.index(j) for j in layout.keep], np.int64)
    sizes = int((cells[:, :, 1] - cells[:, :, 0]).sum(axis=0)[order].sum()) + len(cells) * len(order)
    out, bounds = np.empty(sizes, np.uint8), np.empty((len(cells), 2), np.int64)
    size = loops.gather(
        data, cells, len(cells), len(wanted), order, len(order), layout.dialect.delimiter[0], out, bounds
    )
    return Spans(out[:size].tobytes(), bounds)
