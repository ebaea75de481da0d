"""The named networks that the tests share."""

import numpy as np
from nets import random_net

from netgrad.core.activations import SIGMA
from netgrad.core.network import Layer, Network, Scaling


def _every_activation():
    """1-1-...-1 through every activation; softmax, of one neuron here, is last."""
    rng = np.random.default_rng(5)
    return Network(tuple(Layer(rng.normal(size=(1, 1)), rng.normal(size=1), name) for name in SIGMA))


ZOO = {
    "xor": Network.of([([[20, 20], [-20, -20]], [-10, 30]), ([[20, 20]], [-30])], name="xor"),
    "one_input": random_net((1, 3, 1), seed=1, activation="tanh"),
    "linear": random_net((3, 1), seed=2, activation="identity"),
    "deep": random_net((2,) + (3,) * 12 + (1,), seed=3, activation="silu"),
    "wide": random_net((40, 60, 1), seed=4, activation="softplus"),
    "every_activation": _every_activation(),
    "classes": random_net((4, 5, 3), seed=6, last="softmax", outputs=("setosa", "versicolor", "virginica")),
    "scaled": random_net(
        (2, 3, 1), seed=7, scaling=Scaling(np.array([100.0, -3e-5]), np.array([25.0, 7e-6]))
    ),
    "scaled_out": random_net((2, 3, 2), seed=10, output_scaling=Scaling([100.0, 0.5], [25.0, -7e-6])),
    "named": random_net((3, 2, 1), seed=8, inputs=("age", "dose [mg]", "Größe"), outputs=("risk",), name="n° 1"),
    "saturated": random_net((2, 4, 1), scale=200.0, seed=9),
}  # fmt: skip


def facts(net):
    """All that makes a network, bit for bit and comparable with ==."""
    scalings = [y and (y.mean.tobytes(), y.std.tobytes()) for y in (net.scaling, net.output_scaling)]
    layers = [
        (layer.W.dtype, layer.W.shape, layer.W.tobytes(), layer.b.tobytes(), layer.activation) for layer in net.layers
    ]
    return layers, net.inputs, net.outputs, scalings, net.name
