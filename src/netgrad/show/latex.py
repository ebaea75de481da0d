"""Algorithm 1 at one point as a LaTeX document, in the paper's notation, every small matrix in full."""

from collections.abc import Sequence

import numpy as np

from netgrad.core.network import Array, Layer, Network
from netgrad.core.tracing import Step, outcome
from netgrad.errors import visible

FULL = 6  # rows and columns that are written out
HEAD = 3  # of more, those before the dots
DIGITS = 5

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\usepackage[paperwidth=272mm,paperheight=153mm,margin=12mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\allowdisplaybreaks
\DeclareMathOperator{\diag}{diag}
\begin{document}
"""
SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
    **{c: f"{{{c}}}" for c in "<>\"'`-"},
}


def document(net: Network, trace: Sequence[Step], k: int, x: Array, digits: int | None = None) -> str:
    """The steps of Algorithm 1 at x, shape (n_1,), as a document for pdflatex.

    Parameters
    ----------
    trace
        As `core.tracing.trace` gives it for output k, from 0.
    digits
        Significant digits of each number, 5 where nothing is said.
    """
    write = Writing(digits or DIGITS)
    sizes = "-".join(map(str, net.sizes))
    title = escaped(net.name) if net.name else f"A network of sizes {sizes}"
    parts = [PREAMBLE, rf"\section*{{{title}: the gradient at one point}}", "", _opening(net), ""]
    parts += [r"\subsection*{Forward}", *display(_input(net, trace[0], x, write))]
    for layer, below, step in zip(net.layers, trace[:-1], trace[1:], strict=True):
        parts += display(_forward(layer, below, step, write))
    parts += [r"\subsection*{Backward}", *display([_first_delta(net, trace[-1], k, write)])]
    for layer, below, step in zip(reversed(net.layers), reversed(trace[:-1]), reversed(trace[1:]), strict=True):
        parts += display(_backward(layer, below, step, k, write))
    parts += [r"\subsection*{Gradient}", *display(_gradient(net, trace, k, write)), r"\end{document}", ""]
    return "\n".join(parts)


class Writing:
    """Numbers and arrays to some digits."""

    def __init__(self, digits: int) -> None:
        self.digits = digits

    def number(self, v: float) -> str:
        r"""The number in LaTeX.

        >>> Writing(3).number(-6.5051e-05)
        '-6.51\\times10^{-5}'
        """
        mantissa, _, exponent = f"{float(v):.{self.digits}g}".partition("e")
        return rf"{mantissa}\times10^{{{int(exponent)}}}" if exponent else mantissa

    def matrix(self, A: Array) -> str:
        """A, shape (n, p), between brackets; of many rows and columns the first and the last."""
        rows, columns = _shown(A.shape[0]), _shown(A.shape[1])
        lines = [self._row(A, i, columns) for i in rows]
        return r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}"

    def vector(self, v: Array) -> str:
        """v, shape (n,), as a column."""
        return self.matrix(v[:, np.newaxis])

    def _row(self, A: Array, i: int | None, columns: list[int | None]) -> str:
        if i is None:
            return " & ".join(r"\ddots" if j is None else r"\vdots" for j in columns)
        return " & ".join(r"\cdots" if j is None else self.number(A[i, j]) for j in columns)


def _shown(n: int) -> list[int | None]:
    """Indices to write, None for dots.

    >>> _shown(9)
    [0, 1, 2, None, 8]
    """
    return list(range(n)) if n <= FULL else [*range(HEAD), None, n - 1]


def escaped(text: str) -> str:
    r"""`text` as LaTeX prints it; what pdflatex has no glyph for is written as an escape.

    >>> escaped("50% a_b")
    '50\\% a\\_b'
    """
    latin = "".join(c if c.isascii() or 0xA1 <= ord(c) <= 0xFF else f"U+{ord(c):04X}" for c in visible(text))
    return "".join(SPECIAL.get(c, c) for c in latin)


def display(lines: Sequence[str]) -> list[str]:
    """An aligned display of the lines."""
    return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]


def _opening(net: Network) -> str:
    sigmas = sorted({layer.activation for layer in net.layers})
    named = ", ".join(rf"\texttt{{{escaped(name)}}}" for name in sigmas)
    sizes = ", ".join(f"n_{{{l}}} = {n}" for l, n in enumerate(net.sizes, start=1))
    return (
        rf"$L = {net.L}$ layers, ${sizes}$; $\sigma$ is {named}. As in Higham \& Higham, \emph{{Deep Learning: An "
        r"Introduction for Applied Mathematicians}, SIAM Review 61(4), 2019, $z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$, "
        r"$a^{[l]} = \sigma(z^{[l]})$ and $D^{[l]} = \diag(\sigma'(z^{[l]}))$."
    )


def _input(net: Network, first: Step, x: Array, write: Writing) -> list[str]:
    if net.scaling is None:
        return [rf"a^{{[1]}} &= x = {write.vector(x)}"]
    return [rf"x &= {write.vector(x)}, \qquad a^{{[1]}} = (x - \mu)/s = {write.vector(first.a)}"]


def _forward(layer: Layer, below: Step, step: Step, write: Writing) -> list[str]:
    l = step.l
    product = f"{write.matrix(layer.W)} {write.vector(below.a)} + {write.vector(layer.b)}"
    return [
        rf"z^{{[{l}]}} &= W^{{[{l}]}} a^{{[{l - 1}]}} + b^{{[{l}]}} = {product} = {write.vector(step.z)}",
        rf"a^{{[{l}]}} &= \sigma(z^{{[{l}]}}) = {write.vector(step.a)}",
    ]


def _first_delta(net: Network, last: Step, k: int, write: Writing) -> str:
    if net.sizes[-1] == 1:
        return rf"\Delta^{{[{net.L}]}} &= 1"
    return rf"\Delta^{{[{net.L}]}} &= e_{{{k + 1}}} = {write.vector(last.delta)}"


def _backward(layer: Layer, below: Step, step: Step, k: int, write: Writing) -> list[str]:
    l = step.l
    D, slopes = rf"D^{{[{l}]}}", rf"D^{{[{l}]}} &= \diag(\sigma'(z^{{[{l}]}})) = {diagonal(step.dsigma, write)}"
    product = f"{write.matrix(layer.W)}^T {diagonal(step.dsigma, write)} {write.vector(step.delta)}"
    if layer.sigma.whole_row:
        D = rf"J^{{[{l}]}}"
        delta = -step.a * step.a[k]
        delta[k] = step.dsigma[k]
        slopes = rf"{D} \Delta^{{[{l}]}} &= (\diag(a) - a a^T) e_{{{k + 1}}} = {write.vector(delta)}"
        product = f"{write.matrix(layer.W)}^T {write.vector(delta)}"
    named = rf"\Delta^{{[{l - 1}]}} &= (W^{{[{l}]}})^T {D} \Delta^{{[{l}]}}"
    return [slopes, f"{named} = {product} = {write.vector(below.delta)}"]


def diagonal(d: Array, write: Writing) -> str:
    """diag(d): in full where it is small."""
    if len(d) == 1:
        return write.vector(d)
    if len(d) <= 3:
        return write.matrix(np.diag(d))
    return rf"\diag\left({write.vector(d)}\right)"


def _gradient(net: Network, trace: Sequence[Step], k: int, write: Writing) -> list[str]:
    value, gradient = outcome(net, trace, k)
    name = rf"a^{{[{net.L}]}}" if net.sizes[-1] == 1 else rf"a^{{[{net.L}]}}_{{{k + 1}}}"
    lines = [rf"{name} &= {write.number(trace[-1].a[k])}"]
    delta = r"\Delta^{[1]}" if net.scaling is None else r"\Delta^{[1]} / s"
    if net.output_scaling is not None:
        mean, std = (write.number(part[k]) for part in (net.output_scaling.mean, net.output_scaling.std))
        lines.append(rf"y &= \mu_y + s_y {name} = {mean} + ({std}) {name} = {write.number(value)}")
        name, delta = "y", rf"s_y {delta}"
    return [*lines, rf"\nabla_x {name} &= {delta} = {write.vector(gradient)}"]
