"""What is saved is what is loaded, bit for bit, in every format."""

from itertools import pairwise

import hypothesis.extra.numpy as npst
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoo import ZOO, facts

from netgrad.core.activations import SIGMA
from netgrad.core.network import Layer, Network, Scaling
from netgrad.formats import load, save
from netgrad.formats.registry import SUFFIXES, WRITABLE

READ_BACK = [suffix for suffix in WRITABLE if suffix in SUFFIXES]

# What YAML 1.1 takes for something else, marks of its syntax, and characters that it may not hold or may fold.
DIFFICULT = [
    *("yes", "NO", "null", "~", "010", "1:30", "1e-3", "<<", "=", "...", "---"),
    *("- a", "a: b", "a #b", "# a", "[a]", "{a}", "*a", "&a", "!a", "%a", "@a", "`a", "'a'", '"a"', "a\\n"),
    *("a\nb", "a\r\nb", "\ta ", " ", "\x1b[0m", "\x7f", "\x85", "\xad", "\u2028", "\u2029", "\ufeff", "\uffff"),
    *("\x00a", "é", "日本", "😀", "\u202e", "[1, 2]"),
]

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
titles = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda s: not s.endswith("\0"))
names = titles.filter(str.strip)


def arrays(shape, elements=finite):
    return npst.arrays(np.float64, shape, elements=elements)


@st.composite
def networks(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    sigma = st.sampled_from([*(name for name in SIGMA if name != "softmax"), "leaky_relu(0.2)", "relu(6)"])
    layers = [Layer(draw(arrays((m, n))), draw(arrays(m)), draw(sigma)) for n, m in pairwise(sizes)]
    inputs, outputs = (
        draw(st.none() | st.lists(names, min_size=n, max_size=n, unique=True).map(tuple)) for n in (sizes[0], sizes[-1])
    )
    scaling, output_scaling = (
        draw(st.none() | st.builds(Scaling, arrays(n), arrays(n, positive))) for n in (sizes[0], sizes[-1])
    )
    return Network(tuple(layers), inputs, outputs, scaling, draw(st.none() | titles), output_scaling)


def with_activation(name):
    rng = np.random.default_rng(3)
    layers = [(4, 3, "tanh" if name == "softmax" else name), (2, 4, name)]
    made = tuple(Layer(rng.normal(size=(a, b)), rng.normal(size=a), sigma) for a, b, sigma in layers)
    scalings = Scaling(rng.normal(size=3), rng.uniform(0.5, 2, 3)), Scaling(rng.normal(size=2), [1.5, -0.25])
    return Network(made, ("mass", "speed", "lift"), ("p", "q"), scalings[0], "a ü net", scalings[1])


PARAMETERS = [
    "relu(6)",
    "relu(0.3)",
    "leaky_relu(0.123456789012345)",
    "leaky_relu(-0.5)",
    "elu(0.3)",
    "elu(0)",
    "elu(2)",
]


@pytest.mark.parametrize("suffix", READ_BACK)
@pytest.mark.parametrize("name", [*SIGMA, *PARAMETERS])
def test_every_activation_between_two_scalings_comes_back(name, suffix, tmp_path):
    net = with_activation(name)
    save(net, tmp_path / f"net{suffix}")
    assert facts(load(tmp_path / f"net{suffix}")) == facts(net)


@pytest.mark.parametrize("suffix", READ_BACK)
@pytest.mark.parametrize("net", ZOO.values(), ids=ZOO)
def test_the_zoo_comes_back(net, suffix, tmp_path):
    save(net, tmp_path / f"net{suffix}")
    assert facts(load(tmp_path / f"net{suffix}")) == facts(net)


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".npz"])
@settings(max_examples=60)
@given(net=networks())
def test_any_network_comes_back(suffix, net, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    save(net, path)
    assert facts(load(path)) == facts(net)


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".npz"])
@pytest.mark.parametrize("name", DIFFICULT)
def test_a_difficult_name_comes_back(name, suffix, tmp_path):
    net = Network.of([([[1.0, 2.0]], [0.0])], inputs=("x", f"{name}."), outputs=(f".{name}",), name=name)
    save(net, tmp_path / f"net{suffix}")
    assert facts(load(tmp_path / f"net{suffix}")) == facts(net)


def test_the_formats_hold_the_same_network(tmp_path):
    for net in ZOO.values():
        for suffix in READ_BACK:
            save(net, tmp_path / f"net{suffix}")
        assert len({str(facts(load(tmp_path / f"net{suffix}"))) for suffix in READ_BACK}) == 1
