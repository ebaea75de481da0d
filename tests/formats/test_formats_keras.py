"""Keras: files of Keras 2 and 3 against 50 digits, and what is no chain of layers."""

import pytest
from nets_of_peers import assert_reads, expected, files

from netgrad.errors import NetworkError
from netgrad.formats import keras

TOLD = expected("keras")
ALONE = [name for name in TOLD if "weights" in name or "bare" in name]


@pytest.mark.parametrize("name", [name for name in TOLD if name not in ALONE])
def test_keras_files_have_the_values_and_gradients_of_what_was_saved(name):
    assert_reads(keras.read(str(files("keras") / name)), TOLD[name])


@pytest.mark.parametrize("name", ALONE)
def test_weights_alone_have_the_layers_in_order_and_no_activations(name):
    draft = keras.read(str(files("keras") / name))
    told = [step for step in TOLD[name]["layers"] if "W" in step]
    assert [layer.W.T.tolist() for layer in draft.layers] == [step["W"] for step in told]
    assert [layer.b.tolist() for layer in draft.layers] == [step["b"] for step in told]
    assert {layer.activation for layer in draft.layers} == {None}


@pytest.mark.parametrize("major", [2, 3])
@pytest.mark.parametrize(
    ("name", "culprit"),
    [
        ("shared", "layer 'shared' is used 2 times"),
        ("branch", "layer 'cat' has 2 inputs"),
        ("residual", "layer 'add' has 2 inputs"),
        ("two", "has 2 output_layers"),
        ("layernorm", "layer 'ln' (LayerNormalization) is not read"),
        ("conv", "layer 'c' (Conv1D) is not read: a convolution"),
    ],
)
def test_what_is_no_chain_of_layers_is_refused_by_name(major, name, culprit):
    with pytest.raises(NetworkError) as refusal:
        keras.read(str(files("keras") / f"refused{major}_{name}.keras"))
    assert culprit in refusal.value.message
