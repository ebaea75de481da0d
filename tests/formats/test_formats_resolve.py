"""Orientation, order and activations: decided by what is there, or refused naming the option that decides."""

import itertools

import numpy as np
import pytest

from netgrad.errors import NetworkError, UsageError
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.order import ordered
from netgrad.formats.overrides import options
from netgrad.formats.resolve import resolved

rng = np.random.default_rng(12)


def chain(sizes, *, transposed=False, bias=True, names="W{}", orientation=None):
    """Layers of such sizes, as (n_l, n_{l-1}) or the transpose."""
    layers = []
    for k, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        W = rng.normal(size=(n_out, n_in))
        b = rng.normal(size=n_out) if bias else None
        layers.append(Affine(W.T if transposed else W, b, names.format(k), orientation))
    return tuple(layers)


def refusal(layers, *, in_order=True, **said):
    with pytest.raises((NetworkError, UsageError)) as caught:
        resolved(Draft("test file", tuple(layers), ordered=in_order), options(**{"activation": "tanh", **said}))
    return str(caught.value)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("sizes", [(2, 3, 1), (3, 3, 1), (2, 2, 3), (4, 3, 3, 3, 2), (1, 5, 5, 1), (7, 1)])
def test_orientation_is_that_in_which_the_file_was_written(sizes, transposed, bias):
    layers = chain(sizes, transposed=transposed, bias=bias)
    found = resolved(Draft("test file", layers), options(["tanh"] * len(layers)))
    assert found.network.sizes == sizes
    for layer, stored in zip(found.network.layers, layers, strict=True):
        assert np.array_equal(layer.W, stored.W.T if transposed else stored.W)
    assert found.origin.orientation.startswith("in-out: " if transposed else "out-in: ")


def test_the_first_w_that_is_not_square_decides_and_every_bias_is_verified():
    layers = list(chain((3, 3, 2, 1)))
    layers[2] = Affine(layers[2].W.T, layers[2].b, "W3")
    expected = "W3: b has 1 entry, but W of shape (2, 1), out-in, has 2 neurons"
    assert refusal(layers, activation="tanh,tanh,tanh") == expected


def test_all_square_is_refused_and_layout_decides():
    layers = chain((2, 2, 2))
    tells = "every W is square (2 x 2), which does not tell rows from columns: say --layout out-in|in-out"
    assert refusal(layers, activation="tanh,tanh") == tells
    for side in ("out-in", "in-out"):
        found = resolved(Draft("test file", layers), options("tanh,tanh", layout=side))
        assert np.array_equal(found.network.layers[0].W, layers[0].W if side == "out-in" else layers[0].W.T)
        assert found.origin.orientation == f"{side}: --layout"


def test_a_chain_without_biases_that_fits_both_ways_is_refused():
    layers = [Affine(rng.normal(size=shape), None, f"W{k}") for k, shape in enumerate([(2, 3), (3, 2)])]
    assert (
        refusal(layers, activation="tanh,tanh")
        == "without biases, W may be out-in or in-out: say --layout out-in|in-out"
    )


def test_a_layout_against_the_convention_or_the_biases_is_refused():
    by_convention = chain((2, 3, 1), orientation="out-in")
    assert refusal(by_convention, layout="in-out") == "--layout in-out: test file holds its weights out-in"
    by_bias = refusal(chain((2, 3, 1)), layout="in-out")
    assert by_bias == "W1: b has 3 entries, but W of shape (3, 2), in-out, has 2 neurons"


def brute_force(layers):
    """All orders in which the sizes fit, by trying every permutation."""
    return [
        order
        for order in itertools.permutations(layers)
        if all(len(a.W) == b.W.shape[1] for a, b in itertools.pairwise(order))
    ]


@pytest.mark.parametrize("seed", range(40))
def test_an_order_is_found_where_one_of_all_permutations_fits(seed):
    own = np.random.default_rng(seed)
    sizes = own.integers(1, 5, size=own.integers(2, 6))
    layers = chain(sizes, orientation="out-in")
    names = ["alpha", "beta", "gamma", "delta", "eps"]
    shuffled = [Affine(y.W, y.b, names[k], "out-in") for k, y in enumerate(layers)]
    own.shuffle(shuffled)
    fitting = brute_force(shuffled)
    if len(fitting) == 1:
        assert ordered(shuffled, None, False).layers == fitting[0]
    else:
        with pytest.raises(NetworkError, match="more than one fits: say --order"):
            ordered(shuffled, None, False)


def test_numbers_in_names_decide_where_the_sizes_fit():
    layers = chain((3,) * 12, names="net.{}", orientation="out-in")
    found = ordered(sorted(layers, key=lambda y: y.place), None, False)
    assert [y.place for y in found.layers] == [f"net.{k}" for k in range(1, 12)]
    assert found.reason == "numbers in the names, and the sizes fit"


def test_numbers_that_do_not_fit_the_sizes_are_refused():
    one, two = chain((2, 3, 1), orientation="out-in")
    layers = [Affine(two.W, two.b, "fc1", "out-in"), Affine(one.W, one.b, "fc2", "out-in")]
    expected = "fc2 takes 2 numbers, but fc1 before it has 1 neuron, in the order of their numbers; say --order"
    assert refusal(layers, in_order=False) == expected
    assert resolved(Draft("t", tuple(layers), ordered=False), options("tanh,tanh", order="fc2,fc1")).network.sizes == (
        2,
        3,
        1,
    )


def test_numbers_of_blocks_restrict_the_order_of_what_is_beside_them():
    stem, *blocks, head = chain((4, 3, 3, 3, 1), orientation="out-in")
    named = {"stem": stem, "blocks.0": blocks[0], "blocks.1": blocks[1], "head": head}
    layers = [Affine(y.W, y.b, place, "out-in") for place, y in named.items()]
    found = ordered([layers[k] for k in (2, 3, 1, 0)], None, False)
    assert [y.place for y in found.layers] == list(named)


def test_many_layers_without_numbers_end_in_one_line():
    layers = [Affine(np.eye(2), None, f"{chr(97 + k)}x", "out-in") for k in range(26)]
    assert "more than one fits: say --order" in refusal(layers, in_order=False)


def test_an_order_may_leave_layers_out_and_says_so():
    layers = chain((2, 3, 1), names="net.{}", orientation="out-in")
    other = Affine(rng.normal(size=(5, 3)), None, "head", "out-in")
    found = resolved(Draft("t", (*layers, other)), options("tanh,tanh", order=["net.1", "net.2"]))
    assert found.origin.passed == {"head": "left out by --order"}


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("W1,W3", "--order: there is no layer 'W3'; there are W1, W2"),
        ("W1,W1", "--order: 'W1' is there twice"),
        ("W2,W1", "W1 takes 2 numbers, but W2 before it has 1 neuron, in the order of --order"),
        ("W1,,W2", "order: an empty entry, expected names by commas"),
    ],
)
def test_an_order_that_does_not_fit_is_refused(order, message):
    assert refusal(chain((2, 3, 1), orientation="out-in"), order=order) == message


SAY = "say --activation with one name for each layer, or with one for the hidden layers and --output-activation"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"activation": None}, f"3 Linear layers (2-3-3-1), no activations in a test file: {SAY}"),
        ({"activation": "relu"},
         "no activation of the last layer, W3: say --output-activation (identity for none)"),
        ({"activation": None, "output_activation": "identity"}, f"no activation of W1, W2: {SAY}"),
        ({"activation": "relu,relu"}, "--activation has 2 names, but the network has 3 layers: expected 3, or 1"),
        ({"activation": "relu,relu,relu", "output_activation": "relu"},
         "--activation has 3 names and --output-activation, but the network has 3 layers: expected 3, or 1"),
    ],
)  # fmt: skip
def test_activations_that_nothing_says_are_refused(said, message):
    assert refusal(chain((2, 3, 3, 1), orientation="out-in"), **said) == message


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"activation": "relu,tanh,identity"}, ["relu", "tanh", "identity"]),
        ({"activation": "relu", "output_activation": "identity"}, ["relu", "relu", "identity"]),
        ({"activation": ["relu", "tanh"], "output_activation": "identity"}, ["relu", "tanh", "identity"]),
    ],
)
def test_activations_are_given_layer_by_layer_or_inside_and_at_the_end(said, names):
    found = resolved(Draft("t", chain((2, 3, 3, 1), orientation="out-in")), options(**said))
    assert [layer.activation for layer in found.network.layers] == names
    assert {decided.how for decided in found.origin.activations} == {"given"}


def test_a_stored_activation_is_kept_and_may_not_be_contradicted():
    one, two = chain((2, 3, 1), orientation="out-in")
    layers = (Affine(one.W, one.b, "d1", "out-in", "relu"), two)
    found = resolved(Draft("t", layers), options(output_activation="identity"))
    assert [(d.activation, d.how) for d in found.origin.activations] == [("relu", "stored"), ("identity", "given")]
    said = refusal(layers, activation="tanh,identity")
    assert said == "d1: the file says 'relu', but --activation says 'tanh'"


def test_an_unknown_activation_names_the_layer_in_the_file():
    said = refusal(chain((2, 1), orientation="out-in"), activation="rellu")
    assert "unknown activation 'rellu'" in said
    assert said.endswith("(W1)")
