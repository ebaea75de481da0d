"""Logits z[L] before the last activation, and their differences: what does not vanish where a network is sure.

Both are networks themselves, with the same weights, so that all that is said of a network's output, gradient, bounds
and Hessian can be asked of them.
"""

from dataclasses import replace

import numpy as np

from netgrad.core.arguments import check_network_given, output_index, output_of
from netgrad.core.network import Layer, Network
from netgrad.errors import UsageError, counted, excerpt


def logits(net: Network) -> Network:
    """The network whose outputs are z_1[L], ..., z_{n_L}[L]: the last activation and output scaling left out.

    >>> net = Network.of([([[4.0, -8.0]], [1.0])])
    >>> logits(net).layers[-1].activation, logits(net).outputs
    ('identity', ('z',))
    """
    check_network_given(net)
    last = replace(net.layers[-1], activation="identity")
    return replace(net, layers=(*net.layers[:-1], last), outputs=logit_names(net), output_scaling=None)


def margin(net: Network, k: int | str, j: int | str) -> Network:
    """The network whose one output is z_k[L] - z_j[L], of outputs by index, from 0, or by name.

    A layer of weights 1 and -1 stands on top of the logits, so that no weight is rounded.

    Raises
    ------
    UsageError
        There are no two such outputs.

    Examples
    --------
    >>> net = Network.of([([[1.0], [3.0]], [0.0, 0.0])])
    >>> margin(net, 1, 0).layers[-1].W
    array([[-1.,  1.]])
    """
    first, second, n_L = output_of(net, k), output_of(net, j), net.sizes[-1]
    if first == second:
        raise UsageError(f"a margin is that of two different outputs, and the network has {counted(n_L, 'output')}")
    W = np.zeros((1, n_L), net.dtype)
    W[0, [first, second]] = 1, -1
    difference = Layer(W, np.zeros(1, net.dtype), "identity")
    return replace(logits(net), layers=(*logits(net).layers, difference), outputs=("margin",))


def at(net: Network, place: str) -> Network:
    """The network meant by `post`, `pre`, or `margin K,J` with outputs by name or number from 1.

    Raises
    ------
    UsageError
        `place` is none of these, or there are no such outputs.
    """
    pair = pair_at(net, place)
    if pair is not None:
        return margin(net, *pair)
    return net if place == "post" else logits(net)


def pair_at(net: Network, place: str) -> tuple[int, int] | None:
    """Outputs k and j, from 0, of `margin K,J`; None for `post` and `pre`.

    Raises
    ------
    UsageError
        As `at`.
    """
    if place in ("post", "pre"):
        return None
    word, _, pair = place.partition(" ")
    which = [item.strip(" \t") for item in pair.split(",")]
    if word != "margin" or len(which) != 2:
        raise UsageError(f"--at takes post, pre or 'margin K,J', not {excerpt(place)}")
    return output_index(net, which[0]), output_index(net, which[1])


def output_at(net: Network, place: str, output: str | None) -> str | None:
    """Name in `at(net, place)` of the output of `net` that is called `output`.

    Raises
    ------
    UsageError
        An output is named beside a margin, which is one number.

    Examples
    --------
    >>> net = Network.of([([[1.0], [3.0]], [0.0, 0.0])], outputs=("A", "B"))
    >>> output_at(net, "pre", "B")
    'z_B'
    """
    if place == "pre" and output in (net.outputs or ()):
        return logit_names(net)[(net.outputs or ()).index(output or "")]
    if place.startswith("margin") and output not in (None, "all", "1", "margin"):
        raise UsageError(f"a margin is one number: leave --output {excerpt(output or '')} out")
    return output


def logit_names(net: Network) -> tuple[str, ...]:
    """z_A, z_B, ... where outputs have names; else z, or z1, z2, ..."""
    n_L = net.sizes[-1]
    if net.outputs is not None:
        return tuple(f"z_{name}" for name in net.outputs)
    return ("z",) if n_L == 1 else tuple(f"z{k}" for k in range(1, n_L + 1))
