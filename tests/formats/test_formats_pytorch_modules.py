"""Live modules told by the names of their classes: stand-ins, as PyTorch is not installed for the tests.

`tests/peers/run_torch.py` holds the same reader against PyTorch itself.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from netgrad.errors import NetworkError
from netgrad.formats.pytorch.modules import from_torch


class Tensor(np.ndarray):
    device = "cpu"

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return np.asarray(self)


def tensor(values, dtype=np.float32):
    return np.asarray(values, dtype).view(Tensor)


def module(kind, home="torch.nn.modules.x", **fields):
    return type(kind, (SimpleNamespace,), {"__module__": home})(training=False, **fields)


def linear(n_out, n_in):
    rng = np.random.default_rng(n_out)
    return module("Linear", weight=tensor(rng.normal(size=(n_out, n_in))), bias=tensor(rng.normal(size=n_out)))


def sequential(*children):
    return module("Sequential", named_children=lambda: [(str(k), child) for k, child in enumerate(children)])


def norm(n):
    fields = {"running_mean": np.arange(n), "running_var": np.arange(n) + 1, "weight": np.ones(n), "bias": np.ones(n)}
    return module("BatchNorm1d", eps=1e-5, **{key: tensor(value) for key, value in fields.items()})


def test_nested_sequentials_are_followed_in_their_order():
    inner = sequential(linear(4, 3), module("LeakyReLU", negative_slope=0.2))
    draft = from_torch(sequential(inner, module("Dropout"), linear(2, 4), module("GELU", approximate="tanh")))
    assert [(y.place, y.W.shape, y.activation) for y in draft.layers] == [
        ("0.0", (4, 3), "leaky_relu(0.2)"),
        ("2", (2, 4), "gelu_tanh"),
    ]
    assert draft.layers[0].W.dtype == np.float32


def test_batch_norm_of_a_live_module_is_folded():
    first = linear(4, 3)
    draft = from_torch(sequential(first, norm(4), module("ReLU"), linear(1, 4)))
    factor = 1 / np.sqrt(np.arange(4) + 1 + 1e-5)
    assert np.allclose(draft.layers[0].W, np.asarray(first.weight) * factor[:, None], rtol=1e-15)
    assert draft.remarks == ("BatchNorm 1 folded into 0",)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (module("Mine", home="project.nets"), "'Mine' has a forward of its own"),
        (sequential(linear(4, 3), module("LayerNorm")), "'1' is a LayerNorm"),
        (sequential(linear(4, 3), module("Softmax", dim=0)), "softmax over axis 0"),
        (sequential(module("Linear", _forward_pre_hooks={0: 1})), "'0' has hooks"),
        (sequential(linear(4, 3), linear(2, 5)), "1 takes 5 numbers, but 4 come to it"),
        (sequential(module("ReLU")), "in front of all layers"),
        ("text", "'str' has a forward of its own"),
    ],
)
def test_what_is_no_plain_module_is_refused_by_its_name(broken, message):
    with pytest.raises(NetworkError) as refusal:
        from_torch(broken)
    assert message in str(refusal.value)
