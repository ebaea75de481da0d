"""Algorithm 1 in LaTeX: the numbers are those of the trace, and whatever a name holds is harmless."""

import re

import numpy as np
import pytest
from nets import random_net, random_points

from netgrad.core.network import Network, Scaling
from netgrad.core.tracing import trace
from netgrad.show.latex import document, escaped

XOR = Network.of([([[20.0, 20.0], [-20.0, -20.0]], [-10.0, 30.0]), ([[20.0, 20.0]], [-30.0])])


def written(net, x, k=0, digits=None):
    x = np.array(x)
    return document(net, trace(net, x, k), k, x, digits)


def test_the_steps_of_xor_are_written_out():
    text = written(XOR, [0.1, 0.2], digits=3)
    back = (
        r"\Delta^{[1]} &= (W^{[2]})^T D^{[2]} \Delta^{[2]} = \begin{bmatrix} 20 & 20 \\ -20 & -20 \end{bmatrix}^T "
        r"\begin{bmatrix} 0.0177 & 0 \\ 0 & 3.78\times10^{-11} \end{bmatrix} "
        r"\begin{bmatrix} 0.0013 \\ 0.0013 \end{bmatrix} = \begin{bmatrix} 0.00046 \\ 0.00046 \end{bmatrix}"
    )
    assert back in text
    assert r"z^{[2]} &= W^{[2]} a^{[1]} + b^{[2]} = " in text
    assert r"\nabla_x a^{[3]} &= \Delta^{[1]} = \begin{bmatrix} 0.00046 \\ 0.00046 \end{bmatrix}" in text


def test_large_matrices_are_abbreviated():
    text = written(random_net((9, 8, 1)), random_points(1, 9)[0])
    rows = max(part.count(r"\\") for part in re.findall(r"begin\{bmatrix\}.*?end\{bmatrix\}", text))
    assert rows == 4
    assert r"\vdots & \vdots & \vdots & \ddots & \vdots" in text


def test_softmax_has_its_jacobian_in_place_of_a_diagonal():
    text = written(random_net((2, 3, 3), activation="tanh", last="softmax"), [0.5, 0.5], k=1)
    assert r"J^{[3]} \Delta^{[3]} &= (\diag(a) - a a^T) e_{2}" in text
    assert r"(W^{[3]})^T J^{[3]} \Delta^{[3]}" in text


def test_a_scaling_is_a_step_of_its_own():
    net = random_net((2, 1), scaling=Scaling(np.array([1.0, 2.0]), np.array([2.0, 4.0])))
    text = written(net, [3.0, 2.0])
    assert r"a^{[1]} = (x - \mu)/s = \begin{bmatrix} 1 \\ 0 \end{bmatrix}" in text
    assert r"&= \Delta^{[1]} / s" in text


@pytest.mark.parametrize("name", ["\\input{/etc/passwd}", "50% & $x_1^2$ #1 ~{}", "\x1b[31m", "日本 é"])
def test_a_name_is_text_and_nothing_else(name):
    text = escaped(name)
    assert not re.search(r"(?<!\\)[%&$#_]", text)
    assert not re.search(r"\\(?!text|[&%$#_{}])", text)
    assert text.isprintable()
    assert all(ord(c) < 256 for c in text)
    assert text in written(Network(XOR.layers, name=name), [0.0, 0.0])


def test_brackets_and_environments_are_closed():
    text = written(random_net((7, 7, 2, 3)), random_points(1, 7)[0], k=2)
    for name in ("align*", "bmatrix", "document"):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}") > 0
    assert text.count("{") == text.count("}")
