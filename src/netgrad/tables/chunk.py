"""Some records of a table: as they are echoed, and as points."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.tables.columns import Layout
from netgrad.tables.records import Record, split, text, unquoted

Names = tuple[tuple[str, int], ...]  # names of the target that were taken for y = 0, and how often


class Chunk(NamedTuple):
    """Some records in order, as text and as points."""

    X: Array  # (m, n_1); zeros where the record is bad
    Y: Array | None  # (m, 1) or (m, n_L), the target, where there is one; zeros where the record is bad
    kept: Sequence[bytes]  # m texts, what is echoed of each record, verbatim
    eols: bytes | list[bytes]  # the end of every line, or of each
    bad: list[tuple[int, Record]]  # row in X, record with its fault
    others: Names = ()

    def rows(self, which: NDArray[np.bool_]) -> "Chunk":
        """The chunk with only the rows that `which`, shape (m,), picks; none of them is called bad."""
        kept = [k for k, is_in in zip(self.kept, which, strict=True) if is_in]
        eols = self.eols
        if isinstance(eols, list):
            eols = [e for e, is_in in zip(eols, which, strict=True) if is_in]
        return Chunk(self.X[which], None if self.Y is None else self.Y[which], kept, eols, [], self.others)

    def head(self, m: int) -> "Chunk":
        """The chunk with its first m rows, or all if there are fewer."""
        Y, eols = self.Y, self.eols
        bad = [(row, record) for row, record in self.bad if row < m]
        few = eols if isinstance(eols, bytes) else eols[:m]
        return Chunk(self.X[:m], None if Y is None else Y[:m], self.kept[:m], few, bad, self.others)


def joined(parts: list[Chunk]) -> Chunk:
    """One chunk of all rows, from parts that have an end of line for each row."""
    X, targets = [part.X for part in parts], [part.Y for part in parts if part.Y is not None]
    kept = list(chain.from_iterable(part.kept for part in parts))
    eols = list(chain.from_iterable(part.eols for part in parts if isinstance(part.eols, list)))
    starts = accumulate((len(part.X) for part in parts), initial=0)
    bad = [(start + row, record) for start, part in zip(starts, parts, strict=False) for row, record in part.bad]
    others = tuple(sum((Counter(dict(part.others)) for part in parts), Counter[str]()).items())
    return Chunk(np.concatenate(X), np.concatenate(targets) if targets else None, kept, eols, bad, others)


def cells_of(kept: bytes, layout: Layout) -> list[str]:
    """Echoed cells of one record as text, unquoted."""
    return [text(unquoted(c)) for c in split(kept, layout.dialect.delimiter)] if layout.echoes else []
