"""Some records of a table: as they are echoed, and as points."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.tables.columns import Layout
from netgrad.tables.records import Record, split, text, unquoted


class Chunk(NamedTuple):
    """Some records in order, as text and as points."""

    X: Array  # (m, n_1), or with the target's y (m, n_1 + 1) or (m, n_1 + n_L); zeros where the record is bad
    kept: Sequence[bytes]  # m texts, what is echoed of each record, verbatim
    eols: bytes | list[bytes]  # the end of every line, or of each
    bad: list[tuple[int, Record]]  # row in X, record with its fault

    def rows(self, which: NDArray[np.bool_]) -> "Chunk":
        """The chunk with only the rows that `which`, shape (m,), picks; none of them is called bad."""
        kept = [k for k, is_in in zip(self.kept, which, strict=True) if is_in]
        eols = self.eols
        if isinstance(eols, list):
            eols = [e for e, is_in in zip(eols, which, strict=True) if is_in]
        return Chunk(self.X[which], kept, eols, [])


class Decoded(NamedTuple):
    """A chunk, and how much of the data it took."""

    chunk: Chunk
    size: int  # bytes
    lines: int


def cells_of(kept: bytes, layout: Layout) -> list[str]:
    """Echoed cells of one record as text, unquoted."""
    return [text(unquoted(c)) for c in split(kept, layout.delimiter)] if layout.echoes else []
