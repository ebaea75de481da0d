"""Round numbers along an axis, and where they stand in a picture of characters."""

import math

from netgrad.errors import visible

SLACK = 1e-9  # of a step, by which a tick may miss the end of the axis for rounding
NAME = 24  # characters of a name that a picture shows


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` neighbouring multiples of 1, 2 or 5 times a power of ten, from `low` to `high`.

    >>> ticks(0.0, 1.0, 6)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    power = math.floor(math.log10(max(high - low, 1e-300) / most))
    for p, factor in [(p, factor) for p in (power, power + 1) for factor in (1, 2, 5)]:
        step = factor * 10.0**p
        first, last = math.ceil(low / step - SLACK), math.floor(high / step + SLACK)
        if last - first < most:
            return [float(f"{k * factor}e{p}") for k in range(first, last + 1)]
    return []


def labels(values: list[float]) -> list[str]:
    """Values as text, all with as many decimals as the one that needs most.

    >>> labels([0.0, 0.5, 1.0])
    ['0.0', '0.5', '1.0']
    """
    texts = [f"{v:.12g}" for v in values]
    if any("e" in text for text in texts):
        return texts
    places = max((len(text.partition(".")[2]) for text in texts), default=0)
    return [f"{v:.{places}f}" for v in values]


def place(v: float, low: float, high: float, n: int) -> int:
    """Cell, from 0, that holds v, of n between `low` and `high`."""
    return min(max(math.floor((v - low) / (high - low) * n), 0), n - 1)


def side_labels(low: float, high: float, rows: int, most: int | None = None) -> list[str]:
    """A label or nothing for each of `rows` lines, the highest first."""
    values = ticks(low, high, most or max(2, rows // 3))
    lines = [""] * rows
    for v, label in zip(values, labels(values), strict=True):
        lines[rows - 1 - place(v, low, high, rows)] = label
    return lines


def foot(low: float, high: float, columns: int, margin: int, name: str, width: int) -> list[str]:
    """The lines under a picture of so many columns: axis, labels, and the name, behind those or under them."""
    values = ticks(low, high, max(2, columns // 12))
    line, under = ["─"] * columns, [" "] * (columns + NAME)
    for v, label in zip(values, labels(values), strict=True):
        at = place(v, low, high, columns)
        line[at] = "┬"
        start = max(min(at - len(label) // 2, width - margin - 2 - len(label)), 0)
        under[start : start + len(label)] = label
    left, numbers, shown = " " * margin, "".join(under).rstrip(), short(name)
    lines = [f"{left} └{''.join(line)}", f"{left}  {numbers:<{columns}}"]
    if margin + 2 + max(columns, len(numbers)) + 2 + len(shown) <= width:
        return [lines[0], f"{lines[1]}  {shown}"]
    return [*lines, f"{left}  {shown:^{columns}}"]


def packed(signs: list[str], width: int) -> list[str]:
    """The parts of a legend, in as few lines of at most `width` characters as they go into.

    >>> packed(["× B", "● A", "line: A = 0.5"], 12)
    ['× B   ● A', 'line: A = 0.5']
    """
    lines: list[str] = []
    for sign in signs:
        if lines and len(lines[-1]) + 3 + len(sign) <= width:
            lines[-1] += "   " + sign
        else:
            lines.append(sign)
    return lines


def short(name: str) -> str:
    """A name as a picture shows it."""
    shown = visible(name[: NAME + 1])
    return shown if len(shown) <= NAME else shown[: NAME - 1] + "…"
