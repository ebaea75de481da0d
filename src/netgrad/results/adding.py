"""Summands of blocks of points: functions that pickle with their options."""

from collections.abc import Sequence

from netgrad.analysis.moments import Moments, moments
from netgrad.analysis.risk import Risk, renumbered, risk
from netgrad.analysis.sensitivity import Part, finite_sums
from netgrad.core.network import Network
from netgrad.stream.fold import Block


def sensitivities(net: Network, outputs: list[int], second: bool, block: Block, jobs: int) -> Part:
    """Sums of gradients and inputs: see `finite_sums`."""
    return finite_sums(net, block.X, outputs, jobs, second)


def risks(net: Network, losses: Sequence[str], confident: float, wrt_x: bool, block: Block, jobs: int) -> Risk:
    """Losses and what the outputs decide: see `risk`."""
    return renumbered(risk(net, block.rows, losses, confident, wrt_x, jobs), block.numbers)


def input_moments(block: Block, jobs: int) -> Moments:
    """Moments of the inputs."""
    return moments(block.X)
