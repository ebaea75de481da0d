"""What stands beside Linear layers and shows its place by a number, and layers that are several networks."""

import pickle
import struct

import numpy as np
import pytest

from netgrad.errors import NetworkError
from netgrad.formats import load
from netgrad.formats.overrides import options
from netgrad.formats.resolve import resolved
from netgrad.formats.state_dict import draft_of

rng = np.random.default_rng(3)


def linear(place, n_out, n_in):
    return {f"{place}.weight": rng.normal(size=(n_out, n_in)), f"{place}.bias": rng.normal(size=n_out)}


def norm(place, n):
    kinds = ("weight", "bias", "running_mean", "running_var")
    return {f"{place}.{kind}": abs(rng.normal(size=n)) for kind in kinds}


def prelu(place, *slopes):
    return {f"{place}.weight": np.array(slopes)}


def draft(tensors):
    return draft_of(tensors, True, "state_dict", None)


def refusal(tensors, **said):
    with pytest.raises(NetworkError) as caught:
        resolved(draft(tensors), options(**said))
    return caught.value.message


@pytest.mark.parametrize(
    "tensors",
    [
        linear("0", 3, 2) | prelu("1", 0.25) | linear("2", 1, 3),
        linear("net.0", 3, 2) | norm("net.1", 3) | prelu("net.2", 0.25) | linear("net.3", 1, 3),
    ],
)
def test_a_prelu_of_one_slope_is_the_activation_of_the_layer_in_front_of_it(tensors):
    assert [layer.activation for layer in draft(tensors).layers] == ["leaky_relu(0.25)", None]


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (linear("fc", 3, 2) | prelu("act", 0.25), "'act' is a PReLU, RMSNorm or LayerNorm (weight of shape (1,))"),
        (linear("0", 3, 2) | prelu("1", 0.1, 0.2, 0.3), "'1' is a PReLU, RMSNorm or LayerNorm (weight of shape (3,))"),
        (linear("0", 3, 2) | prelu("2", 0.25), "'2' is a PReLU, and which Linear layer it follows is not in the file"),
        (prelu("0", 0.25) | linear("1", 3, 2), "'0' is a PReLU, and which Linear layer it follows is not in the file"),
    ],
)
def test_other_slopes_are_refused(tensors, message):
    assert refusal(tensors).startswith(message)


def test_a_norm_between_layers_that_leave_no_place_for_an_activation_is_refused():
    tensors = linear("0", 3, 2) | norm("1", 3) | linear("2", 1, 3)
    assert refusal(tensors).startswith("'1' is a BatchNorm between 0 and 2 without a gap for an activation")


GAN = linear("generator.0", 4, 2) | linear("generator.2", 2, 4) | linear("critic.0", 4, 2) | linear("critic.2", 1, 4)


def test_two_networks_whose_sizes_follow_each_other_by_chance_are_refused():
    said = "generator, critic may be networks of their own for the same inputs: say --key generator or --key critic, "
    either = "or --order generator.0,generator.2 or critic.0,critic.2"
    assert refusal(GAN, activation="relu", output_activation="identity") == said + either
    net = resolved(draft(GAN), options("relu", "identity", order="critic.0,critic.2")).network
    assert net.sizes == (2, 4, 1)


@pytest.mark.parametrize(
    ("tensors", "widths"),
    [
        (linear("encoder.0", 3, 8) | linear("encoder.2", 2, 3) | linear("decoder.0", 3, 2) | linear("decoder.2", 8, 3),
         (8, 3, 2, 3, 8)),
        (linear("block1.a", 4, 4) | linear("block1.b", 4, 4) | linear("block2.a", 4, 4) | linear("block2.b", 4, 4),
         (4,) * 5),
        (linear("body.0", 2, 2) | linear("body.2", 2, 2) | linear("head", 1, 2), (2, 2, 2, 1)),
    ],
)  # fmt: skip
def test_parts_of_one_network_are_one(tensors, widths):
    assert resolved(draft(tensors), options("relu", "identity")).network.sizes == widths


@pytest.mark.parametrize("beside", [{}, norm("1", 3)])
def test_a_signalling_nan_is_refused_like_others_and_without_a_warning(beside):
    tensors = linear("0", 3, 2) | beside | linear("3", 1, 3)
    tensors["0.weight"] = np.full((3, 2), 0x7FA00000, np.uint32).view(np.float32)
    said = refusal(tensors, activation="tanh", output_activation="identity")
    assert said == "layer 2: W has an entry that is not finite (0)"


# {"0.weight": a tensor of shape (2, 3)}, by the opcodes of Lib/pickletools.py.
STATE = (
    b"\x80\2}X\x08\0\0\x000.weightctorch._utils\n_rebuild_tensor_v2\n"
    b"((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x007X\3\0\0\0cpuK\6NtQ"
    b"K\0K\2K\3\x86K\3K\1\x86\x89}tRs."
)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_five_pickles_of_every_protocol_are_read(protocol, tmp_path):
    head = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True, "protocol_version": 1001}]
    pickles = [*(pickle.dumps(value, protocol) for value in head), STATE, pickle.dumps(["7"], protocol)]
    numbers = np.arange(6, dtype="<f4")
    path = tmp_path / "net.pth"
    path.write_bytes(b"".join(pickles) + struct.pack("<q", 6) + numbers.tobytes())
    assert load(path, activation="identity").layers[0].W.tolist() == numbers.reshape(2, 3).tolist()
