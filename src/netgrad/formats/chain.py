"""Steps of a network in the order of computation, gathered into affine layers.

A step is an affine layer, an activation, or arithmetic neuron by neuron (- + * / by constants). What such
arithmetic becomes depends on where it stands: in front of all layers it is the scaling of the inputs, behind the
last the scaling of the outputs, between an affine layer and an activation part of that layer, and between an
activation and an affine layer part of the latter.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netgrad.errors import NetworkError
from netgrad.formats import limits
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.neuronwise import Arithmetic, Floats, Sign, as_map, as_scaling, as_scaling_of_output

DEFAULTS = {"leaky_relu": 0.01, "elu": 1.0}


class Chain:
    """The layers so far, and what has been done to their result since the last of them."""

    def __init__(self, n_inputs: int | None = None) -> None:
        self.width = n_inputs  # neurons of the last layer; None: not known yet
        self.remarks: list[str] = []
        self._layers: list[Affine] = []
        self._is_open = False  # whether the last layer still waits for its activation
        self._pending: list[Arithmetic] = []
        self._scaling: tuple[Floats, Floats] | None = None

    def affine(self, layer: Affine) -> None:
        """Append `layer`; its own activation, if any, counts as a step of its own.

        Raises
        ------
        NetworkError
            It does not fit what is before it.
        """
        n_out, n_in = _sizes(layer)
        if self.width is not None and self.width != n_in:
            raise NetworkError(f"{layer.place} takes {n_in} numbers, but {self.width} come to it")
        self._close("identity")
        if self._pending and not self._layers and (scaling := as_scaling(self._pending, n_in)) is not None:
            self._scaling, self._pending = scaling, []
        if self._pending:
            layer = _behind(layer, *as_map(self._pending, n_in))
            self._pending = []
        self._layers.append(replace(layer, activation=None))
        self.width, self._is_open = n_out, True
        if layer.activation is not None:
            self.activate(layer.activation, layer.place)

    def activate(self, name: str, place: str) -> None:
        """Apply an activation; where one has just been applied, by way of a layer with W = I."""
        if name == "identity":
            return
        if not self._is_open:
            self._append_unit_layer(place)
        self._close(name)

    def clip(self, low: float, high: float, place: str) -> None:
        """min(max(a, low), high): relu(high), hard_tanh, or else an affine map of a hard sigmoid."""
        if not (np.isfinite([low, high]).all() and low < high):
            raise NetworkError(f"{place} cuts to [{low!r}, {high!r}], which is no interval")
        if not low or (low, high) == (-1, 1):
            self.activate(f"relu({high!r})" if not low else "hard_tanh", place)
            return
        middle, width = low + (high - low) / 2, high - low
        self.arithmetic("-", middle)
        self.arithmetic("*", 6 / width)
        self.activate("hard_sigmoid", place)
        self.arithmetic("*", width)
        self.arithmetic("+", low)

    def arithmetic(self, sign: Sign, c: ArrayLike) -> None:
        """Add, subtract, multiply or divide by a number, or by one for each neuron."""
        array = np.asarray(c, np.float64)
        array = array.reshape(()) if array.size == 1 else array.reshape(-1)
        if array.ndim and self.width is not None and array.size != self.width:
            raise NetworkError(f"arithmetic with {array.size} numbers, but the layer has {self.width}")
        if not np.isfinite(array).all() or (sign == "/" and not array.all()):
            raise NetworkError(f"arithmetic ({sign}) with a number that makes no sense there")
        if array.ndim:
            self.width = array.size
        if sign == "+" and self._is_open and not self._pending and self._layers[-1].b is None:
            self._layers[-1] = replace(self._layers[-1], b=np.broadcast_to(c, self.width or 1).copy())
            return
        self._pending.append(Arithmetic(sign, array))

    def normalize(self, mean: Floats, deviation: Floats, gamma: Floats, beta: Floats, place: str) -> None:
        """Apply gamma (a - mean)/deviation + beta, batch normalization as it is after training."""
        where = self._layers[-1].place if self._is_open and self._layers else None
        self.arithmetic("-", mean)
        self.arithmetic("/", deviation)
        self.arithmetic("*", gamma)
        self.arithmetic("+", beta)
        if where is not None:
            self._fold()
            self.remarks.append(f"{place} folded into {where}")
        else:
            self.remarks.append(f"{place} folded into what follows it")

    def draft(self, container: str, *, is_complete: bool = True, **more: Any) -> Draft:
        """Draft of what has been gathered; without activations the last layers' are left open unless `is_complete`."""
        if not self._layers:
            raise NetworkError("no layer with weights")
        output_scaling = None
        if self._pending:
            output_scaling = as_scaling_of_output(self._pending, self.width or 1)
            if output_scaling is None and not self._is_open:
                self._append_unit_layer("the arithmetic behind the last layer")
            elif output_scaling is None:
                self._fold()
            self._pending = []
        if is_complete:
            self._close("identity")
        return Draft(
            container,
            tuple(self._layers),
            scaling=self._scaling,
            output_scaling=output_scaling,
            remarks=tuple(self.remarks),
            **more,
        )

    def _close(self, activation: str) -> None:
        """Give the open layer its activation."""
        if self._is_open:
            self._fold()
            self._layers[-1] = replace(self._layers[-1], activation=activation)
            self._is_open = False

    def _fold(self) -> None:
        """Make what is pending part of the open layer."""
        if self._pending and self._is_open:
            factor, offset = as_map(self._pending, self.width or 1)
            layer = self._layers[-1]
            W, b = _out_in(layer), _bias(layer)
            with np.errstate(all="ignore"):
                W, b = W * factor[:, None], b * factor + offset
            self._layers[-1] = replace(layer, W=W, b=b, orientation="out-in")
            self._pending = []

    def _append_unit_layer(self, place: str) -> None:
        if self.width is None:
            raise NetworkError(f"{place} stands in front of all layers, and the number of inputs is not known")
        if self.width > limits.MADE_UP:
            raise NetworkError(
                f"{place} follows another activation, which is read for {limits.MADE_UP} neurons at most"
            )
        pending, self._pending = self._pending, []
        is_first = not self._layers
        if is_first:
            self._pending = pending
        unit = Affine(np.eye(self.width), np.zeros(self.width), place, "out-in")
        self._is_open = False
        if not is_first:
            unit = _behind(unit, *as_map(pending, self.width))
        self.affine(unit)
        self.remarks.append(f"{place}: a layer with W = I was put in, as no affine layer stands before it")


def parametric(name: str, parameter: float) -> str:
    """Activation with its parameter, which is left out where the name alone says it.

    >>> parametric("leaky_relu", 0.2), parametric("elu", 1.0)
    ('leaky_relu(0.2)', 'elu')
    """
    return name if parameter == DEFAULTS.get(name) else f"{name}({parameter!r})"


def shortest(value: float) -> float:
    """The decimal that was meant, where `value` is a float32: 0.01 for 0.009999999776482582."""
    with np.errstate(all="ignore"):
        single = np.float32(value)
    return float(str(single)) if np.isfinite(single) and float(single) == value else value


def _sizes(layer: Affine) -> tuple[int, int]:
    """n_l and n_{l-1}."""
    if layer.W.ndim != 2 or not layer.W.size:
        raise NetworkError(f"{layer.place}: W must be a matrix, but has shape {layer.W.shape}")
    n_out, n_in = layer.W.shape if layer.orientation == "out-in" else layer.W.shape[::-1]
    if layer.b is not None and layer.b.shape != (n_out,):
        raise NetworkError(f"{layer.place}: b has shape {layer.b.shape}, but there are {n_out} neurons")
    return n_out, n_in


def _out_in(layer: Affine) -> Floats:
    W = np.asarray(layer.W, np.float64)
    return W if layer.orientation == "out-in" else W.T


def _bias(layer: Affine) -> Floats:
    return np.zeros(_sizes(layer)[0]) if layer.b is None else np.asarray(layer.b, np.float64)


def _behind(layer: Affine, factor: Floats, offset: Floats) -> Affine:
    """`layer` of factor a + offset."""
    W = _out_in(layer)
    with np.errstate(all="ignore"):
        return replace(layer, W=W * factor, b=_bias(layer) + W @ offset, orientation="out-in")
