"""Signal through an ONNX graph: the points of its one path, and expressions of what is there.

A signal is an elementwise expression of the numbers at a point. It becomes part of the path when an affine
layer or arithmetic with a vector needs it, so that a path may branch and join within one activation, but nowhere else.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from netgrad.errors import NetworkError
from netgrad.formats import limits
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine
from netgrad.formats.expression import Expr, Z, named, size, steps
from netgrad.formats.neuronwise import Floats, Sign

Lie = Literal["", "rows", "columns"]
_TURNED: dict[Lie, Lie] = {"": "", "rows": "columns", "columns": "rows"}


class Normalization(NamedTuple):
    """gamma (a - mean)/deviation + beta."""

    mean: Floats
    deviation: Floats
    gamma: Floats
    beta: Floats


class Elementwise(NamedTuple):
    """An expression of z; or z -, +, * or / numbers, where there are such."""

    expr: Expr
    sign: Sign = "+"
    c: Floats | None = None


Operation = Affine | Normalization | Elementwise


@dataclass(eq=False)
class Point:
    """A place on the path: what is done to the numbers of the one before."""

    width: int | None
    place: str
    before: "Point | None" = None
    operation: Operation | None = None
    names: tuple[str, ...] | None = None
    axes: tuple[int | None, ...] = ()  # of a matrix that comes from the input, None where it is open
    lies: Lie = ""  # how points lie in a matrix: "" where that is not known, or it is a vector
    reached: dict[Expr, "Point"] = field(default_factory=dict)


class Signal(NamedTuple):
    """An expression of the numbers at a point."""

    point: Point
    expr: Expr = Z
    place: str = ""

    def then(self, expr: Expr, place: str) -> "Signal":
        """Another expression at the same point."""
        if size(expr) > limits.OPERATIONS:
            raise NetworkError(f"{place}: over {limits.OPERATIONS} operations between two affine layers")
        return Signal(self.point, named(expr), place)

    def committed(self) -> Point:
        """The point where z is what this signal is here."""
        if self.expr == Z:
            return self.point
        if self.expr not in self.point.reached:
            steps(self.expr, self.place)
            after = Point(self.point.width, self.place, self.point, Elementwise(self.expr))
            after.axes, after.lies = self.point.axes, self.point.lies
            self.point.reached[self.expr] = after
        return self.point.reached[self.expr]

    def after(self, operation: Operation, width: int | None, place: str) -> "Signal":
        """Signal of what `operation` makes of this one."""
        before = self.committed()
        axes = () if isinstance(operation, Affine) else before.axes
        return Signal(Point(width, place, before, operation, axes=axes, lies=before.lies), Z, place)

    def turned(self, place: str) -> "Signal":
        """Signal of the transpose."""
        turned = self.after(Elementwise(Z), self.point.width, place)
        turned.point.axes, turned.point.lies = self.point.axes[::-1], _TURNED[self.point.lies]
        return turned

    def lying(self, lies: Lie, n: int, place: str) -> "Signal":
        """The same, where points of n numbers lie as rows, or columns, or may do so.

        Raises
        ------
        NetworkError
            They lie the other way, so that weights would mix the points.
        """
        point = self.committed()
        other, own = (point.axes if lies == "rows" else point.axes[::-1]) or (None, n)
        fits = own == n or (own is None and (other is None or lies == "rows"))
        if point.lies == _TURNED[lies] or (not point.lies and not fits):
            raise NetworkError(f"{place} would mix the points with each other, which are {_TURNED[lies]}")
        point.lies = lies if point.axes or point.lies else ""
        return self


def path(signal: Signal) -> list[Point]:
    """Points from the input to the signal."""
    points, point = [], signal.committed()
    while True:
        points.append(point)
        if point.before is None:
            return points[::-1]
        point = point.before


def follow(points: list[Point]) -> Chain:
    """Chain of everything that is done along the path.

    Raises
    ------
    NetworkError
        Sizes do not fit.
    """
    chain = Chain(points[0].width)
    for point in points[1:]:
        operation = point.operation
        if isinstance(operation, Affine):
            chain.affine(operation)
        elif isinstance(operation, Normalization):
            chain.normalize(*operation, place=point.place)
        elif isinstance(operation, Elementwise):
            _apply(chain, operation, point.place)
    return chain


def _apply(chain: Chain, operation: Elementwise, place: str) -> None:
    if operation.c is not None:
        chain.arithmetic(operation.sign, operation.c)
        return
    for kind, value in steps(operation.expr, place):
        if kind != "activate":
            chain.arithmetic(kind, value)
        elif isinstance(value, tuple):
            chain.clip(value[0], value[1], place)
        else:
            chain.activate(value, place)
