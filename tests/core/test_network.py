import numpy as np
import pytest

from netgrad.core.activations import SIGMA
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError


def layer(n, m, activation="sigmoid"):
    return Layer(np.ones((n, m)), np.zeros(n), activation)


def array_with(value, *shape):
    array = np.ones(shape)
    array.flat[-1] = value
    return array


LAYER_FAULTS = {
    "W has one dimension": (
        [Layer(np.ones(2), np.zeros(2))],
        "layer 2: W must be a matrix, but has shape (2,)",
        (2, "W"),
    ),
    "W has three dimensions": (
        [Layer(np.ones((1, 1, 1)), np.zeros(1))],
        "layer 2: W must be a matrix, but has shape (1, 1, 1)",
        (2, "W"),
    ),
    "W has no row": (
        [layer(2, 3), Layer(np.ones((0, 2)), np.zeros(0))],
        "layer 3: W must be a matrix, but has shape (0, 2)",
        (3, "W"),
    ),
    "W has no column": (
        [Layer(np.ones((2, 0)), np.zeros(2))],
        "layer 2: W must be a matrix, but has shape (2, 0)",
        (2, "W"),
    ),
    "one column, three neurons": (
        [layer(3, 2), layer(2, 1)],
        "layer 3: W has 1 column, but layer 2 has 3 neurons",
        (3, "W"),
    ),
    "four columns, one neuron": (
        [layer(3, 2), layer(1, 3), layer(2, 4)],
        "layer 4: W has 4 columns, but layer 3 has 1 neuron",
        (4, "W"),
    ),
    "b too short": (
        [Layer(np.ones((2, 2)), np.zeros(1))],
        "layer 2: b has 1 entry, but W has 2 rows",
        (2, "b"),
    ),
    "b too long": (
        [layer(3, 2), Layer(np.ones((1, 3)), np.zeros(3))],
        "layer 3: b has 3 entries, but W has 1 row",
        (3, "b"),
    ),
    "b is a matrix": (
        [Layer(np.ones((2, 2)), np.zeros((2, 1)))],
        "layer 2: b has shape (2, 1), but W has 2 rows",
        (2, "b"),
    ),
    "b is a number": (
        [Layer(np.ones((1, 2)), np.array(0.0))],
        "layer 2: b has shape (), but W has 1 row",
        (2, "b"),
    ),
    "nan in W": (
        [Layer(array_with(np.nan, 2, 2), np.zeros(2))],
        "layer 2: W has an entry that is not finite",
        (2, "W"),
    ),
    "inf in b": (
        [layer(2, 2), Layer(np.ones((2, 2)), array_with(-np.inf, 2))],
        "layer 3: b has an entry that is not finite",
        (3, "b"),
    ),
    "unknown activation": (
        [layer(2, 2), layer(1, 2, "sigmoyd")],
        "layer 3: unknown activation 'sigmoyd' (did you mean 'sigmoid'?)",
        (3, "activation"),
    ),
    "control characters in an activation": (
        [layer(2, 2, "\x1b[2J")],
        f"layer 2: unknown activation '\\x1b[2J'; known are {', '.join(SIGMA)}",
        (2, "activation"),
    ),
    "softmax in the middle": (
        [layer(2, 2), layer(2, 2, "softmax"), layer(1, 2)],
        "layer 3: softmax is for the last layer, 4",
        (3, "activation"),
    ),
    "no layer": ([], "a network needs at least one layer", (None, None)),
}

ENTRY_FAULTS = {
    "too few inputs": ({"inputs": ("u",)}, "inputs has 1 name, but the network has 2 inputs", "inputs"),
    "too many outputs": ({"outputs": ("p", "q")}, "output has 2 names, but the network has 1 output", "output"),
    "an input without a name": ({"inputs": ("u", " ")}, "inputs: name 2 is empty", "inputs"),
    "an input twice": ({"inputs": ("u", "u")}, "inputs: 'u' is there twice", "inputs"),
    "mean too long": (
        {"scaling": Scaling(np.zeros(3), np.ones(2))},
        "scaling: mean has shape (3,), but the network has 2 inputs",
        "mean",
    ),
    "std is a number": (
        {"scaling": Scaling(np.zeros(2), np.array(1.0))},
        "scaling: std has shape (), but the network has 2 inputs",
        "std",
    ),
    "nan in mean": (
        {"scaling": Scaling(array_with(np.nan, 2), np.ones(2))},
        "scaling: mean has an entry that is not finite",
        "mean",
    ),
    "inf in std": (
        {"scaling": Scaling(np.zeros(2), array_with(np.inf, 2))},
        "scaling: std has an entry that is not finite",
        "std",
    ),
    "zero in std": (
        {"scaling": Scaling(np.zeros(2), array_with(0.0, 2))},
        "scaling: every entry of std must be positive",
        "std",
    ),
    "negative std": (
        {"scaling": Scaling(np.zeros(2), array_with(-1.0, 2))},
        "scaling: every entry of std must be positive",
        "std",
    ),
}


@pytest.mark.parametrize("fault", LAYER_FAULTS)
def test_fault_of_a_layer_names_layer_expectation_and_what_was_found(fault):
    layers, message, place = LAYER_FAULTS[fault]
    with pytest.raises(NetworkError) as caught:
        Network(tuple(layers))
    assert str(caught.value) == message
    assert (caught.value.l, caught.value.key) == place


@pytest.mark.parametrize("fault", ENTRY_FAULTS)
def test_fault_of_names_or_scaling_names_the_entry(fault):
    entry, message, key = ENTRY_FAULTS[fault]
    with pytest.raises(NetworkError) as caught:
        Network((layer(3, 2), layer(1, 3)), **entry)
    assert str(caught.value) == message
    assert (caught.value.l, caught.value.key) == (None, key)


def test_one_input_is_counted_in_the_singular():
    with pytest.raises(NetworkError, match=r"^scaling: mean has shape \(2,\), but the network has 1 input$"):
        Network((layer(1, 1),), scaling=Scaling(np.zeros(2), np.ones(1)))


def test_sizes_L_and_parameters_count_the_input_layer_too():
    net = Network((layer(3, 2), layer(3, 3), layer(2, 3)))
    assert net.sizes == (2, 3, 3, 2)
    assert net.L == 4
    assert net.parameters == (6 + 3) + (9 + 3) + (6 + 2)


def test_a_single_layer_is_a_network():
    net = Network((layer(1, 4, "softmax"),))
    assert (net.sizes, net.L, net.parameters) == ((4, 1), 2, 5)


@pytest.mark.parametrize("name", SIGMA)
def test_every_activation_of_the_table_is_accepted_last(name):
    assert Network((layer(2, 2, name),)).layers[0].activation == name


def test_of_takes_lists_one_activation_and_the_other_fields():
    net = Network.of([([[1, 2]], [3])], "tanh", inputs=("u", "v"), outputs=("p",), name="plane")
    (only,) = net.layers
    assert (only.W.tolist(), only.b.tolist(), only.activation) == ([[1, 2]], [3], "tanh")
    assert only.W.dtype == only.b.dtype == np.float64
    assert (net.inputs, net.outputs, net.scaling, net.name) == (("u", "v"), ("p",), None, "plane")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("entry", ["W", "b", "mean", "std"])
def test_what_float32_does_not_hold_is_an_error_with_its_place_and_no_warning(entry):
    parts = {"W": 1.0, "b": 1.0, "mean": 1.0, "std": 1.0, entry: 1e300}
    scaling = Scaling([parts["mean"]], [parts["std"]])
    net = Network([Layer([[parts["W"]]], [parts["b"]])], scaling=scaling)
    where = "layer 2" if entry in "Wb" else "scaling"
    with pytest.raises(NetworkError, match=f"{where}: {entry} has an entry that is not finite in float32"):
        net.astype("float32")
    assert Network([Layer([[1e-60]], [1.0])]).astype("float32").layers[0].W[0, 0] == 0
