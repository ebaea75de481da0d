"""State dicts: what is folded computes what was not folded, to 50 digits; the rest is refused by name."""

import numpy as np
import pytest
from arrays import exact
from oracle import relative_error

from netgrad.core.backprop import value_and_grad
from netgrad.errors import NetworkError
from netgrad.formats.overrides import options
from netgrad.formats.resolve import resolved
from netgrad.formats.state_dict import draft_of

TOLERANCE = 1e-13  # some tens of roundings, of what is folded too

rng = np.random.default_rng(11)


def f(*shape):
    return rng.normal(size=shape).astype(np.float32)


def norm(place, n, *, affine=True):
    own = {f"{place}.weight": f(n), f"{place}.bias": f(n)} if affine else {}
    moments = {f"{place}.running_mean": f(n), f"{place}.running_var": abs(f(n))}
    return {**own, **moments, f"{place}.num_batches_tracked": np.array(7)}


def linear(place, n_out, n_in):
    return {f"{place}.weight": f(n_out, n_in), f"{place}.bias": f(n_out)}


def step_of(tensors, place):
    """What the module at `place` computes."""
    own = {key.removeprefix(f"{place}."): value for key, value in tensors.items() if key.startswith(f"{place}.")}
    if "running_mean" not in own:
        return ("linear", own["weight"], own.get("bias", np.zeros(len(own["weight"]))))
    ones = np.ones_like(own["running_mean"])
    return ("norm", own.get("weight", ones), own.get("bias", 0 * ones), own["running_mean"], own["running_var"])


def assert_is(tensors, steps, activation, *, ordered=True):
    net = resolved(draft_of(tensors, ordered, "state_dict", None), options(activation)).network
    x = [0.3, -0.8]
    a, J = exact([step_of(tensors, s) if isinstance(s, str) else s for s in steps], x)
    for k in range(len(a)):
        value, grad = value_and_grad(net, np.array([x]), k)
        assert relative_error(value, a[k : k + 1]) < TOLERANCE
        assert relative_error(grad[0], J[k]) < TOLERANCE


TANH, SIGMOID = ("sigma", "tanh"), ("sigma", "sigmoid")


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("ordered", [True, False])
def test_a_norm_directly_behind_a_linear_layer_goes_into_it(affine, ordered):
    tensors = linear("0", 3, 2) | norm("1", 3, affine=affine) | linear("3", 1, 3)
    assert_is(tensors, ["0", "1", TANH, "3"], "tanh,identity", ordered=ordered)


@pytest.mark.parametrize("ordered", [True, False])
def test_a_norm_behind_an_activation_goes_into_the_next_linear_layer(ordered):
    tensors = linear("net.0", 3, 2) | norm("net.2", 3) | linear("net.3", 2, 3)
    assert_is(tensors, ["net.0", TANH, "net.2", "net.3", SIGMOID], "tanh,sigmoid", ordered=ordered)


def test_a_norm_in_front_of_all_goes_into_the_first_layer():
    tensors = norm("0", 2) | linear("1", 3, 2) | linear("3", 1, 3)
    assert_is(tensors, ["0", "1", TANH, "3"], "tanh,identity")


def test_what_is_folded_is_said_with_its_eps():
    draft = draft_of(linear("0", 3, 2) | norm("1", 3) | linear("3", 1, 3), True, "state_dict", None)
    assert draft.remarks == ("BatchNorm 1 folded into 0 (eps 1e-05, which the file does not hold)",)
    assert draft.passed == {"1.num_batches_tracked": "counts batches of the training"}
    assert "1.running_var" in draft.used


@pytest.mark.parametrize("form", ["old", "new"])
@pytest.mark.parametrize("dim", [0, 1, None])
@pytest.mark.parametrize("shape", [(3, 2), (2, 2), (1, 2), (5, 2)])
def test_weight_norm_is_composed(form, dim, shape):
    v, b = f(*shape), f(shape[0])
    wide = v.astype(np.longdouble)
    axis = {0: 1, 1: 0, None: None}[dim]
    g = f(*(() if dim is None else (shape[0], 1) if dim == 0 else (1, shape[1])))
    names = ("weight_g", "weight_v") if form == "old" else [f"parametrizations.weight.original{k}" for k in (0, 1)]
    draft = draft_of({"0.bias": b, f"0.{names[0]}": g, f"0.{names[1]}": v}, True, "state_dict", None)
    expected = g * wide / np.sqrt((wide**2).sum(axis=axis, keepdims=dim is not None))
    assert np.abs(draft.layers[0].W - expected).max() <= 4e-16 * np.abs(expected).max()
    assert draft.remarks == ("weight normalization of 0 composed",)


def test_prefixes_of_wrappers_are_dropped_from_places_and_kept_in_keys():
    draft = draft_of(linear("module._orig_mod.model.net.0", 3, 2), True, "state_dict", None)
    assert [layer.place for layer in draft.layers] == ["net.0"]
    assert draft.used == ("module._orig_mod.model.net.0.weight", "module._orig_mod.model.net.0.bias")


def test_a_prefix_that_would_make_two_keys_one_is_kept():
    draft = draft_of(linear("model.0", 3, 2) | linear("0", 1, 3), True, "state_dict", None)
    assert [layer.place for layer in draft.layers] == ["model.0", "0"]


def test_tensors_of_a_loss_are_passed_over():
    draft = draft_of(linear("0", 1, 2) | {"criterion.pos_weight": f(1)}, True, "state_dict", None)
    assert draft.passed == {"criterion.pos_weight": "of the loss or of a metric"}


UNSURE = "whether it stands before or behind the activation is not in the file: save the network as ONNX or .pt2"


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (linear("0", 3, 2) | {"1.weight": f(3), "1.bias": f(3)},
         "'1' is a LayerNorm, or BatchNorm without running_mean (weight of shape (3,)), which is not read"),
        ({"1.weight": f(3)}, "'1' is a PReLU, RMSNorm or LayerNorm (weight of shape (3,)), which is not read"),
        ({"conv.weight": f(3, 2, 5)}, "'conv' is a convolution (weight of shape (3, 2, 5)), which is not read"),
        ({"rnn.weight_ih_l0": f(8, 2), "rnn.weight_hh_l0": f(8, 2)}, "'rnn' is an LSTM, GRU or RNN, which is not read"),
        ({"att.in_proj_weight": f(6, 2)}, "'att' is an attention, which is not read"),
        ({"embedding.weight": f(6, 2)}, "'embedding' is an Embedding by its name, which is not read"),
        ({"0.parametrizations.weight.original": f(3, 2), "0.parametrizations.weight.0._u": f(3)},
         "'0' has spectral normalization, which is not read; remove it before saving"),
        ({"0.weight_orig": f(3, 2), "0.weight_u": f(3), "0.weight_v": f(2)},
         "'0' has spectral normalization, which is not read; remove it before saving"),
        ({"0.scale": f(1), "0.zero_point": f(1)}, "'0' is a quantized layer, which is not read"),
        ({"0.weight": np.ones((3, 2), np.int8)}, "'0' is a module with weights of int8, which is not read"),
        (linear("0", 3, 2) | {"mean": f(2)}, "'mean' belongs to no layer, and may change what the network computes"),
        ({"0.weight": f(3, 2), "0.bias": f(2)},
         "'0': bias of shape (2,) and weight of shape (3, 2), expected (n,) and (n, m) floats"),
        (linear("fc1", 3, 2) | norm("bn1", 3) | linear("fc2", 1, 3), f"'bn1' is a BatchNorm, and {UNSURE}"),
        (linear("0", 3, 2) | norm("2", 3) | linear("4", 1, 3), f"'2' is a BatchNorm, and {UNSURE}"),
        (linear("0", 3, 2) | norm("2", 3), f"'2' is a BatchNorm, and {UNSURE}"),
        (linear("0", 3, 2) | norm("1", 2), "'1' is a BatchNorm of 2, but beside it 0 has 3"),
        ({"0.weight_g": f(3, 1)}, "'0' has one of weight_g and weight_v only, expected both"),
        ({"0.weight_g": f(2, 1), "0.weight_v": f(3, 2)}, "'0': g of shape (2, 1) and v of shape (3, 2) do not fit"),
        ({"0.weight_g": f(3, 1), "0.weight_v": np.zeros((3, 2))},
         "'0': weight normalization of a row or column of zeros"),
        ({}, "no Linear layers among the tensors; found nothing"),
    ],
)  # fmt: skip
def test_what_is_no_linear_layer_is_refused_by_what_it_is(tensors, message):
    with pytest.raises(NetworkError) as caught:
        draft_of(tensors, True, "state_dict", None)
    assert str(caught.value) == message


def test_a_place_written_with_leading_zeros_is_a_place_of_its_own():
    draft = draft_of(linear("1", 3, 2) | linear("01", 1, 3), True, "state_dict", None)
    assert [layer.place for layer in draft.layers] == ["1", "01"]
