"""The public functions: one point or many, tables by their columns, outputs by name, and what they refuse."""

import inspect
import pickle

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from nets import random_net, random_points

import netgrad
from netgrad.core.backprop import evaluate, value_and_grad
from netgrad.errors import NetgradError, UsageError

NET = random_net((3, 5, 2), seed=1, inputs=("u", "v", "w"), outputs=("p", "q"))
X = random_points(4, 3)
V = np.array([1.0, -2.0, 0.5])
# Each public function of points, and what it takes behind them.
CALLS = {
    "evaluate": (),
    "value_and_grad": ("q",),
    "jacobian": (),
    "bounds": ("q",),
    "condition": ("q",),
    "directional": (V,),
    "hessian": ("q",),
    "hessian_times": (V, "q"),
    "integrated_gradients": (None, "q", 1e-6),
    "smooth_gradient": ("q", 0.1, 3),
}


def arrays(found):
    return [found] if isinstance(found, np.ndarray) else list(found)


@pytest.mark.parametrize("name", CALLS)
def test_one_point_gives_the_one_row(name):
    many, one = (getattr(netgrad, name)(NET, points, *CALLS[name]) for points in (X[1:2], X[1].tolist()))
    for row, rows in zip(arrays(one), arrays(many), strict=True):
        assert row.shape == rows.shape[1:]
        assert np.array_equal(row, rows[0])


@pytest.mark.parametrize("name", CALLS)
def test_a_table_is_matched_by_names(name):
    shuffled = {"w": X[:, 2], "other": X[:, 0] * 9, "u": X[:, 0], "v": X[:, 1]}
    for table in (pl.DataFrame(shuffled), pa.table(shuffled)):
        for found, expected in zip(
            arrays(getattr(netgrad, name)(NET, table, *CALLS[name])),
            arrays(getattr(netgrad, name)(NET, X, *CALLS[name])),
            strict=True,
        ):
            assert np.array_equal(found, expected)


def test_pandas_tables_and_rows_are_matched_by_names():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"w": X[:, 2], "u": X[:, 0], "v": X[:, 1]})
    assert np.array_equal(NET(table), NET(X))
    assert np.array_equal(NET(table.iloc[2]), NET(X[2]))
    with pytest.raises(UsageError, match="the table has no column 'u'"):
        NET(table.iloc[2][["v", "w"]])
    with pytest.raises(UsageError, match="has no column 'u'; it has 0, 1, 2"):
        NET(pandas.DataFrame(X))
    with pytest.raises(UsageError, match="has the column 'u' 2 times"):
        NET(pandas.DataFrame(np.hstack([X, X]), columns=[*"uvwuvw"]))


def test_a_check_and_a_trace_take_one_point():
    assert netgrad.check_gradient(NET, X[0], "q").disagreements == 0
    table = pl.DataFrame({"w": X[:, 2], "u": X[:, 0], "v": X[:, 1]})
    found, expected = netgrad.trace(NET, table[1], "q"), netgrad.trace(NET, X[1], 1)
    assert [step.delta.tolist() for step in found] == [step.delta.tolist() for step in expected]
    for points in (X, 1.0):
        with pytest.raises(UsageError, match="a trace is of one point"):
            netgrad.trace(NET, points, "q")
    with pytest.raises(UsageError, match="there are no points"):
        netgrad.check_gradient(NET, X[:0], "q")


def test_names_of_outputs_and_indices_from_0_are_the_same():
    for k, name in enumerate(NET.outputs):
        for found, expected in zip(netgrad.value_and_grad(NET, X, name), value_and_grad(NET, X, k), strict=True):
            assert np.array_equal(found, expected)
    for k in (2, -1, 1.0, True, "r", ""):
        with pytest.raises(UsageError, match="output"):
            netgrad.value_and_grad(NET, X, k)


@pytest.mark.parametrize(
    "bad",
    [1.0, [[1, 2], [3]], ["a", 1, 2], {}, [1, 2], np.zeros((1, 1, 3)), np.ma.array([1.0, 2, 3], mask=[0, 0, 1])],
    ids=str,
)
def test_points_that_make_no_sense_are_refused(bad):
    for name, more in CALLS.items():
        with pytest.raises(UsageError, match=r"^points must"):
            getattr(netgrad, name)(NET, bad, *more)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: netgrad.Network.of(5), "list of pairs"),
        (lambda: netgrad.Network.of([[[1.0]]]), "list of pairs"),
        (lambda: netgrad.Network.of([({}, [1])]), "^W must be real numbers"),
        (lambda: netgrad.Network.of([([[1, "a"]], [1])]), "^W must be real numbers"),
        (lambda: netgrad.Network([1]), "a Layer is expected, not 'int'"),
        (lambda: netgrad.Network({}), "at least one layer"),
        (lambda: netgrad.Network(NET.layers, inputs="uvw"), "inputs must be a list of names"),
        (lambda: netgrad.Network(NET.layers, outputs=[1, 2]), "output must be a list of names"),
        (lambda: netgrad.Network(NET.layers, scaling=([0], [1])), "scaling must be a Scaling"),
        (lambda: netgrad.Network(NET.layers, name=5), "name must be a str"),
        (lambda: netgrad.Layer([[1.0]], [0.0], None), "activation must be a name"),
        (lambda: NET.astype(int), "float64 or float32"),
        (lambda: NET.astype("float16"), "float64 or float32"),
        (lambda: NET.astype("no type"), "float64 or float32"),
        (lambda: netgrad.evaluate("net.yaml", X), "a Network is expected, not 'str'"),
    ],
)
def test_what_no_network_is_made_of_is_refused(make, message):
    with pytest.raises(NetgradError, match=message):
        make()


@pytest.mark.parametrize("bad", [None, 1, "net.yaml", [], {}], ids=str)
def test_what_is_no_network_is_refused_by_every_function(bad):
    calls = {name: (X, *more) for name, more in CALLS.items()}
    calls |= {"logits": (), "margin": (0, 1), "trace": (X[0],), "plot": (), "sensitivities": (X, 0), "save": ("n.npz",)}
    calls |= {"check_gradient": (X, 0), "hessian_bounds": (X, 0), "losses": (X, [0] * 4), "losses_at": (X, [0] * 4)}
    for name, more in calls.items():
        with pytest.raises(UsageError, match=r"^a Network is expected, not "):
            getattr(netgrad, name)(bad, *more)


@pytest.mark.parametrize("bad", ["x", None, object, [1, "y", 2], [[1, 2, 3], [1]]], ids=str)
def test_directions_that_are_no_numbers_are_refused(bad):
    for name in ("directional", "hessian_times", "hessian_times_bounds"):
        with pytest.raises(UsageError, match="directions must"):
            getattr(netgrad, name)(NET, X, bad, *(() if name == "directional" else ("q",)))


def test_lists_become_what_a_network_holds():
    net = netgrad.Network(list(NET.layers), inputs=["u", "v", "w"], outputs=["p", "q"])
    assert (net.layers, net.inputs, net.outputs) == (NET.layers, NET.inputs, NET.outputs)
    assert netgrad.Network.of([([[2, 3]], [1])], "identity")([10, 1]).tolist() == [24.0]


def test_an_error_of_arguments_is_a_value_error():
    with pytest.raises(ValueError, match="there is no output 'r'"):
        netgrad.value_and_grad(NET, X, "r")


def test_functions_keep_their_names_beside_packages_that_bear_them():
    import netgrad.bounds.balls
    import netgrad.plot.grid

    assert callable(netgrad.bounds)
    assert callable(netgrad.plot)


def test_public_functions_read_well_and_pickle():
    for name in netgrad.__all__:
        public = getattr(netgrad, name)
        assert inspect.getdoc(public), name
        assert pickle.loads(pickle.dumps(public)) is public
        if name in CALLS:
            assert "numpy" not in str(inspect.signature(public))
            assert f"{name}(net" in inspect.getdoc(public)


def test_a_notebook_shows_the_layers_and_no_markup_of_names():
    layers = [netgrad.Layer([[1.0]], [0.0])]
    shown = netgrad.Network(layers, inputs=["<b>u</b>"], name="\x1b[2J<i>")._repr_html_()
    assert shown.count("<tr>") == 3
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "\x1b" not in shown


def test_points_of_no_column_axis_are_the_core_s():
    assert np.array_equal(netgrad.evaluate(NET, X), evaluate(NET, X))
