"""Results as delimited text, with the records as they came; and what every format of results is."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer, Encode
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout, result_header
from netgrad.tables.records import quoted

Names = Callable[[tuple[str, ...]], list[str]]  # of the n_1 inputs -> of the p results


class Form(NamedTuple):
    """Format of a table of results."""

    encode: Encode  # a piece of it, in any process
    write: Callable[[Iterator[Answer], Write], None]  # all of it, from answers with what is encoded, in order
    most: int | None = None  # rows of a piece that are wanted
    head: Callable[[Layout], bytes] | None = None  # where all of it is this, and behind it what is encoded as it is


def csv_form(names: Names, digits: int | None = None, codec: Codec = Codec(), delimiter: bytes | None = b",") -> Form:
    """Records verbatim with results appended, or with cells written anew where the delimiter differs.

    With `digits`, results are rounded to so many significant ones. Without a delimiter, it is that of the records.
    """
    head = partial(_header, names, delimiter)
    return Form(partial(_encoded, codec, delimiter, digits), partial(_write, head), head=head)


def tsv_form(names: Names, digits: int | None = None, codec: Codec = Codec()) -> Form:
    """As `csv_form`, with tabs."""
    return csv_form(names, digits, codec, b"\t")


def _encoded(
    codec: Codec, delimiter: bytes | None, digits: int | None, chunk: Chunk, R: Array, layout: Layout
) -> bytes:
    if delimiter is not None and delimiter != layout.dialect.delimiter:
        kept = [_delimited(cells_of(k, layout), delimiter) for k in chunk.kept]
        chunk, layout = chunk._replace(kept=kept), _with(delimiter, layout)
    return codec.encode(chunk, rounded(R, digits), layout)


def _write(head: Callable[[Layout], bytes], answers: Iterator[Answer], write: Write) -> None:
    ended = True  # whether what was written ends a line
    for i, answer in enumerate(answers):
        if i == 0:
            write(head(answer.layout))
        if answer.rows:
            if not ended:
                write(b"\n")
            write(answer.content)
            ended = answer.content.endswith(b"\n")


def _header(names: Names, delimiter: bytes | None, layout: Layout) -> bytes:
    named = layout
    if delimiter is not None and delimiter != layout.dialect.delimiter:
        named = _with(delimiter, layout)._replace(header=_delimited(layout.kept_names, delimiter))
    return result_header(named, names(layout.names)) + (layout.eol or b"\n")


def _with(delimiter: bytes, layout: Layout) -> Layout:
    return layout._replace(dialect=layout.dialect._replace(delimiter=delimiter))


def _delimited(cells: list[str] | tuple[str, ...], delimiter: bytes) -> bytes:
    D = delimiter.decode("ascii")
    return D.join(quoted(cell, D) for cell in cells).encode("utf-8", "surrogateescape")


def rounded(R: Array, digits: int | None) -> Array:
    """R with so many significant digits, or as it is for None."""
    if digits is None:
        return R
    return np.array([float(f"{value:.{digits}g}") for value in R.flat], R.dtype).reshape(R.shape)
