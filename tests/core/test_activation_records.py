"""One record for each activation: its facts hold, its names are read, and nothing is known elsewhere."""

import ast
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from sigma import COMPONENTWISE, KINKS, PARAMETERS, apply

import netgrad
from netgrad.core.activations import ACTIVATIONS, activation
from netgrad.core.network import Layer, Network
from netgrad.errors import NetworkError

EVERY = [*COMPONENTWISE, *PARAMETERS]
SRC = Path(netgrad.__file__).parent
# Each function gets a table of its own where bounds, second derivatives and enclosures are proved, not looked up.
PROVED = ("bounds/bends.py", "bounds/sigmas.py", "core/curvatures.py", "analysis/discs.py", "analysis/plain.py")
# Names that files of others have, and words that happen to be the same.
FOREIGN = ("formats/", "show/", "numerals/")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        *((name, name) for name in ACTIVATIONS),
        *((name.upper(), name) for name in ACTIVATIONS),
        *[("logistic", "sigmoid"), ("linear", "identity"), ("None", "identity"), ("ReLU", "relu"), ("Swish", "silu")],
        *[("gelu_new", "gelu_tanh"), ("gelu_approx", "gelu_tanh"), ("atan", "arctan"), ("LeakyReLU", "leaky_relu")],
        *[("relu6", "relu(6)"), ("ReLU6", "relu(6)"), ("Leaky_ReLU( 0.20 )", "leaky_relu(0.2)"), ("elu(1)", "elu")],
        *[
            ("leaky_relu(1e-2)", "leaky_relu"),
            ("elu(.5)", "elu(0.5)"),
            ("exponential", "exp"),
            ("Hardtanh", "hard_tanh"),
        ],
    ],
)
def test_names_and_aliases_are_read_in_any_case(text, canonical):
    assert activation(text).text == canonical
    assert activation(canonical).text == canonical
    layer = Layer([[1.0]], [0.0], text)
    assert (layer.activation, layer.alias) == (canonical, None if text == canonical else text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sigmod", "unknown activation 'sigmod' (did you mean 'sigmoid'?)"),
        ("", f"unknown activation ''; known are {', '.join(ACTIVATIONS)}"),
        ("tanh(2)", "activation 'tanh(2)': tanh takes no number; those that do are relu, leaky_relu, elu"),
        ("relu6(3)", "activation 'relu6(3)': relu6 takes no number"),
        ("relu(-1)", "activation 'relu(-1)': the largest value must be positive"),
        ("elu(nan)", "activation 'elu(nan)': 'nan' is not a number, expected one as in leaky_relu(0.2)"),
        ("elu(1e999)", "activation 'elu(1e999)': '1e999' is not a number, expected one as in leaky_relu(0.2)"),
        ("elu()", "activation 'elu()': '' is not a number, expected one as in leaky_relu(0.2)"),
    ],
)
def test_nonsense_is_refused_by_name(text, message):
    with pytest.raises(NetworkError) as caught:
        activation(text)
    assert (caught.value.message, caught.value.key) == (message, "activation")


@pytest.mark.parametrize("name", EVERY)
def test_facts_of_the_record_hold(name):
    sigma = activation(name)
    z = np.concatenate([np.linspace(-30, 30, 6001), [-1e5, 1e5] if not sigma.overflows else []])
    a, d = apply(name, np.sort(z))
    assert sigma.values[0] <= a.min() + 1e-12
    assert a.max() <= sigma.values[1] + 1e-12
    assert (np.diff(a) >= 0).all() == (d >= 0).all() == sigma.monotone
    assert {*sigma.kinks} == {*(k for k in KINKS.get(name, []) if jump(name, k) > 0.01)}
    assert {*sigma.kinks} <= {*sigma.breaks}
    for limit in sigma.limits:
        assert (a == limit).any()


def jump(name, z):
    left, right = apply(name, np.array([z - 1e-9, z + 1e-9]))[1]
    return abs(right - left)


def test_records_and_their_table_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        activation("tanh").name = "x"
    with pytest.raises(TypeError):
        ACTIVATIONS["x"] = activation("tanh")


def test_a_new_activation_works_everywhere_by_its_record_alone():
    net = Network.of([([[0.5, -1.0], [2.0, 0.3]], [0.1, 0.2])], "sigmoid")
    assert net.layers[0].sigma is ACTIVATIONS["sigmoid"]
    # Who compares with a name, or keys a table by it, knows what the record does not say.
    found = {
        f"{path.relative_to(SRC).as_posix()}:{node.lineno}: {node.value}"
        for path in SRC.rglob("*.py")
        if "activations" not in path.parts and not path.relative_to(SRC).as_posix().startswith((*PROVED, *FOREIGN))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in {*ACTIVATIONS} - {"exp"}
    }
    assert {place.rsplit(": ", 1)[1] for place in found} <= {"sigmoid", "identity"}, (
        found
    )  # what is assumed, and what stops
