"""Subject that `netgrad plot` draws of a network: an output, a logit or a margin."""

from typing import NamedTuple

from netgrad.cli.request import Request
from netgrad.core import logits
from netgrad.core.network import Network
from netgrad.plot.section import whole_range
from netgrad.results.values import one_output


class Drawn(NamedTuple):
    """Subject that is drawn of a network: a_k[L], a logit, or a margin."""

    net: Network  # whose one output it is
    k: int
    saved: Network  # whose targets the points have
    marked: int  # the output of it whose class is marked
    level: float | None  # of the contour, where nothing else is said


def drawn(saved: Network, request: Request) -> Drawn:
    """Subject that the request wants to see; where a logit or a margin is 0 the network is undecided."""
    net = logits.at(saved, request.at)
    k, pair = one_output(net, logits.output_at(saved, request.at, request.output)), logits.pair_at(saved, request.at)
    whole = whole_range(net, k)
    if whole is not None:
        level: float | None = sum(whole) / 2
    else:
        last = saved.layers[-1].sigma
        is_even = last.in_a is not None and not last.whole_row  # a is in the middle of its range at z = 0
        level = 0.0 if pair is not None or (request.at == "pre" and is_even) else None
    return Drawn(net, k, saved, k if pair is None else pair[0], level)
