"""The text format .nnet of Stanford's sisl, for controllers: relu between the layers, the identity at the end.

// comments
L - 1, n_1, n_L, widest layer,
n_1, n_2, ..., n_L,
a flag that is not used
the least and the greatest values of the inputs, n_1 each
means, n_1 of the inputs and one of the outputs
ranges, likewise
W and b of each layer, a row a line
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats import limits
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.neuronwise import Floats
from netgrad.formats.text import decode, read_text


def read(path: str) -> Draft:
    """Draft of the network in a .nnet file.

    Raises
    ------
    NetworkError
        With the line that is wrong.
    """
    lines = _lines(decode(read_text(path)))
    count, n_in, n_out = _sizes(next(lines, (1, "")), 3, at_least=True)[:3]
    sizes = _sizes(next(lines, (1, "")), count + 1)
    if sizes[0] != n_in or sizes[-1] != n_out:
        raise NetworkError(
            f"the first line says {n_in} inputs and {n_out} outputs, the second {sizes[0]} and {sizes[-1]}"
        )
    next(lines, None)
    lowest, highest = (_row(next(lines, (0, "")), n_in, at_least=True)[:n_in] for _ in range(2))
    means, ranges = (_row(next(lines, (0, "")), n_in + 1) for _ in range(2))
    chain = Chain(n_in)
    chain.arithmetic("-", means[:n_in])
    chain.arithmetic("/", ranges[:n_in])
    for k, (before, n) in enumerate(pairwise(sizes)):
        W = np.array([_row(next(lines, (0, "")), before) for _ in range(n)])
        b = np.array([_row(next(lines, (0, "")), 1)[0] for _ in range(n)])
        chain.affine(Affine(W, b, f"layer {k}", "out-in", "relu" if k < count - 1 else "identity"))
    chain.arithmetic("*", ranges[n_in])
    chain.arithmetic("+", means[n_in])
    if (rest := next(lines, None)) is not None:
        raise NetworkError("more numbers than the sizes say", line=rest[0])
    if np.isfinite(lowest).any() or np.isfinite(highest).any():
        chain.remarks.append("the least and greatest inputs are not applied: points beyond are not cut")
    return chain.draft("sisl .nnet", used=tuple(f"layer {k}" for k in range(count)))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are no comments, with their numbers."""
    for n, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("//"):
            yield n, line


def _sizes(line: tuple[int, str], n: int, at_least: bool = False) -> list[int]:
    values = _row(line, n, at_least)
    if any(v != int(v) or not 0 < v <= limits.NEURONS for v in values):
        raise NetworkError(f"{excerpt(line[1].strip())}: expected sizes of layers", line=line[0])
    return [int(v) for v in values]


def _row(line: tuple[int, str], n: int, at_least: bool = False) -> Floats:
    number, text = line
    if not number:
        raise NetworkError("the file ends before its last number")
    cells = [cell.strip() for cell in text.split(",")]
    cells = cells[:-1] if cells[-1] == "" else cells
    if len(cells) < n or (len(cells) > n and not at_least):
        raise NetworkError(f"{counted(len(cells), 'number')}, expected {n}", line=number)
    try:
        if not text.isascii() or "_" in text:
            raise ValueError(text)
        values = np.array([float(cell) for cell in cells])
    except ValueError:
        raise NetworkError(f"{excerpt(text.strip())} is no line of numbers", line=number) from None
    if not np.isfinite(values).all():
        raise NetworkError("a number that is not finite", line=number)
    return values
