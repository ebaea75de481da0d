"""FANN_FLO_2.1, the text format of the Fast Artificial Neural Network library.

Each layer has one neuron more, whose value is 1; connections are listed neuron by neuron, the weights as
(source, weight). A neuron is (number of inputs, activation function, steepness s).
"""

import re
from itertools import pairwise

import numpy as np

from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats import limits
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.text import decode, read_text

HEAD = "FANN_FLO_2."

# FANN's number of the function: its name here, and what s z is multiplied by in front of it.
_SIGMA = {0: ("identity", 1.0), 3: ("sigmoid", 2.0), 5: ("tanh", 1.0), 11: ("softsign", 1.0)}
_NEURON = re.compile(r"\((\d{1,7}), (\d{1,3}), ([-+.0-9eE]+)\)")
_CONNECTION = re.compile(r"\((\d{1,9}), ([-+.0-9eE]+)\)")


def read(path: str) -> Draft:
    """Draft of the network in a FANN file.

    Raises
    ------
    NetworkError
        Naming the entry that is wrong.
    """
    text = decode(read_text(path))
    if not text.startswith(HEAD):
        raise NetworkError(f"not a FANN file of floats: it begins with {excerpt(text[:20])}")
    entries = dict(line.split("=", 1) for line in text.splitlines()[1:] if "=" in line)
    entries = {key.partition(" (")[0]: value for key, value in entries.items()}
    if entries.get("network_type", "0") != "0" or _number(entries.get("connection_rate", "1")) != 1:
        raise NetworkError("a network with shortcuts or without some connections, which is not read")
    widths = [int(n) for n in entries.get("layer_sizes", "").split() if n.isascii() and n.isdigit()]
    neurons = _NEURON.findall(entries.get("neurons", ""))
    weights = _CONNECTION.findall(entries.get("connections", ""))
    if len(widths) < 2 or min(widths) < 2 or sum(widths) != len(neurons) or len(neurons) > limits.NEURONS:
        raise NetworkError(f"layer_sizes says {widths}, but there are {counted(len(neurons), 'neuron')}")
    return _draft(widths, neurons, weights)


def _draft(widths: list[int], neurons: list[tuple[str, ...]], weights: list[tuple[str, ...]]) -> Draft:
    chain, start, taken = Chain(widths[0] - 1), widths[0], 0
    for k, (before, width) in enumerate(pairwise(widths), start=2):
        own = neurons[start : start + width - 1]
        count = before * (width - 1)
        block = weights[taken : taken + count]
        first = start - before
        if len(block) < count or [int(source) for source, _ in block] != [*range(first, start)] * (width - 1):
            raise NetworkError(f"layer {k} is not connected to all of the layer before")
        matrix = np.array([_number(weight) for _, weight in block]).reshape(width - 1, before)
        kinds = {neuron[1:] for neuron in own}
        if len(kinds) != 1 or int(next(iter(kinds))[0]) not in _SIGMA:
            raise NetworkError(
                f"layer {k} has the activation functions {sorted(int(n) for n, _ in kinds)}, not known or mixed"
            )
        ((number, steepness),) = kinds
        name, factor = _SIGMA[int(number)]
        chain.affine(Affine(matrix[:, :-1], matrix[:, -1], f"layer {k}", "out-in"))
        chain.arithmetic("*", factor * _number(steepness))
        chain.activate(name, f"layer {k}")
        start, taken = start + width, taken + count
    if taken != len(weights):
        raise NetworkError(f"{counted(len(weights), 'connection')}, but the layers have {taken}")
    return chain.draft("FANN (FANN_FLO_2.1)", used=tuple(f"layer {k}" for k in range(2, len(widths) + 1)))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise NetworkError(f"{excerpt(text)} is not a number") from None
