"""Orientation of a file's weights: (n_l, n_{l-1}), out-in, or the transpose, in-out.

One answer for the whole file: the container's convention; else the first W that is not square, through the length of
its b; else, without such a b, the chain of the sizes, or a last W of one row or column. Nothing is repaired layer by
layer.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from netgrad.errors import NetworkError, counted
from netgrad.formats.draft import Affine, Orientation

BOTH: tuple[Orientation, Orientation] = ("out-in", "in-out")


class Oriented(NamedTuple):
    """Layers that all have an orientation, and what decided it."""

    layers: tuple[Affine, ...]
    reason: str


def oriented(layers: Sequence[Affine], asked: Orientation | None, container: str) -> Oriented:
    """Orient the layers of a file; `asked` is what the user says.

    Raises
    ------
    NetworkError
        Nothing decides, or what is asked for or stored contradicts what does.
    """
    known = {layer.orientation for layer in layers} - {None}
    if known and asked is not None and known != {asked}:
        raise NetworkError(f"--layout {asked}: {container} holds its weights {' and '.join(sorted(map(str, known)))}")
    if all(layer.orientation is not None for layer in layers):
        return Oriented(tuple(layers), f"{' and '.join(sorted(map(str, known)))}: the container's convention")
    side, reason = (asked, "--layout") if asked is not None else _decided(layers)
    return Oriented(tuple(replace(y, orientation=y.orientation or side) for y in layers), f"{side}: {reason}")


def sizes(layer: Affine) -> tuple[int, int]:
    """n_l and n_{l-1} of a layer that has an orientation.

    Raises
    ------
    NetworkError
        W is no matrix, or b does not fit.
    """
    rows, columns = _matrix(layer)
    n_out, n_in = (rows, columns) if layer.orientation == "out-in" else (columns, rows)
    if layer.b is not None and layer.b.shape != (n_out,):
        found = (
            f"b has {counted(layer.b.size, 'entry', 'entries')}"
            if layer.b.ndim == 1
            else f"b has shape {layer.b.shape}"
        )
        raise NetworkError(
            f"{layer.place}: {found}, but W of shape {layer.W.shape}, {layer.orientation}, has {n_out} neurons"
        )
    return n_out, n_in


def _decided(layers: Sequence[Affine]) -> tuple[Orientation, str]:
    """Orientation of layers that no convention holds for, and what decides it."""
    for layer in layers:
        rows, columns = _matrix(layer)
        if rows != columns and layer.b is not None:
            if layer.b.shape not in ((rows,), (columns,)):
                raise NetworkError(
                    f"{layer.place}: b of shape {layer.b.shape} fits no side of W of shape {layer.W.shape}"
                )
            side: Orientation = "out-in" if layer.b.size == rows else "in-out"
            return (
                side,
                f"{layer.place} is {rows} x {columns} and its b has {counted(layer.b.size, 'entry', 'entries')}",
            )
    return _by_chain(layers)


def _by_chain(layers: Sequence[Affine]) -> tuple[Orientation, str]:
    shapes = [_matrix(layer) for layer in layers]
    last = shapes[-1]
    if all(rows == columns for rows, columns in shapes):
        if set(shapes) == {(1, 1)}:
            return "out-in", "all sizes are 1"
        square = f"every W is square ({last[0]} x {last[0]}), which does not tell rows from columns"
        raise NetworkError(f"{square}: say --layout out-in|in-out")
    if len(layers) > 1:
        pairs = list(itertools.pairwise(shapes))
        fits = {"out-in": all(a[0] == b[1] for a, b in pairs), "in-out": all(a[1] == b[0] for a, b in pairs)}
        sides = [side for side in BOTH if fits[side]]
        if len(sides) == 1:
            return sides[0], "only so the sizes of the layers fit"
        if not sides:
            raise NetworkError("the sizes of the layers fit neither out-in nor in-out: say --order and --layout")
    if 1 in last and last != (1, 1):
        side: Orientation = "out-in" if last[0] == 1 else "in-out"
        return side, f"the last W is {last[0]} x {last[1]}, one output"
    raise NetworkError("without biases, W may be out-in or in-out: say --layout out-in|in-out")


def _matrix(layer: Affine) -> tuple[int, int]:
    if layer.W.ndim != 2 or not layer.W.size:
        raise NetworkError(f"{layer.place}: W must be a matrix, but has shape {layer.W.shape}")
    rows, columns = layer.W.shape
    return rows, columns
