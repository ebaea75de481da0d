"""The sample networks do what their README says."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest

import netgrad

FOLDER = Path(__file__).parents[1] / "sample_nets"
PAPER = {"paper_2_2_3_2.yaml": (2, 2, 3, 2), "paper_2_3_3_1.yaml": (2, 3, 3, 1)}
NETWORKS = {
    "xor.yaml": None,
    **dict.fromkeys(PAPER, "paper_points.csv"),
    "breast_cancer.npz": "breast_cancer.csv",
}

# predict_proba of scikit-learn 1.9.1 for `benign`, by id; 0298 is a row that it gets wrong.
PROBABILITY = {
    "0001": 0.003715615200454727,
    "0020": 0.9386581848389955,
    "0135": 0.004842710445255556,
    "0298": 0.987212719512132,
    "0569": 0.9954427219365045,
}
# Sums of 30, 16 and 8 terms in another order: some tens of units in the last place, times |z| < 6.
ROUNDING = 1e-13


def table(name):
    """Header and rows of a CSV file of the folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def numbers(name, columns):
    """Those columns of a CSV file, shape (m, number of columns)."""
    header, rows = table(name)
    return np.array([[float(row[header.index(c)]) for c in columns] for row in rows])


def forward(pairs, X):
    for W, b in pairs:
        X = 1 / (1 + np.exp(-(X @ W.T + b)))
    return X


def breast_cancer():
    """Arrays of the NPZ file, points and whether the diagnosis is benign, without netgrad."""
    with np.load(FOLDER / "breast_cancer.npz", allow_pickle=False) as file:
        arrays = dict(file)
    X = numbers("breast_cancer.csv", arrays["inputs"].tolist())
    benign = np.array([row[1] == "benign" for row in table("breast_cancer.csv")[1]])
    return arrays, X, benign


def make_paper():
    spec = importlib.util.spec_from_file_location("make_paper", FOLDER / "make_paper.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NETWORKS)
def test_results_have_names_that_the_points_do_not_use(name):
    net = netgrad.load(FOLDER / name)
    assert net.inputs
    assert net.outputs
    if NETWORKS[name]:
        header, _ = table(NETWORKS[name])
        assert set(net.inputs) <= set(header)
        assert not set(net.outputs) & set(header)


def test_xor_has_its_truth_table():
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    a = netgrad.evaluate(netgrad.load(FOLDER / "xor.yaml"), corners)
    assert np.abs(a[:, 0] - [0, 1, 1, 0]).max() < 5e-5


def test_paper_points_are_those_of_section_6():
    header, rows = table("paper_points.csv")
    assert header == ["x1", "x2", "class", "y"]
    x1, x2, classes, y = zip(*rows, strict=True)
    assert " ".join(x1) == "0.1 0.3 0.1 0.6 0.4 0.6 0.5 0.9 0.4 0.7"
    assert " ".join(x2) == "0.1 0.4 0.5 0.9 0.2 0.3 0.6 0.2 0.4 0.6"
    assert "".join(classes) == "AAAAABBBBB"
    assert "".join(y) == "1111100000"


@pytest.mark.parametrize("name", PAPER)
def test_paper_cost_is_below_1e_3_by_the_formula_and_by_the_listing(name):
    net = netgrad.load(FOLDER / name)
    X = numbers("paper_points.csv", ["x1", "x2"])
    Y = np.array([[1, 0]] * 5 + [[0, 1]] * 5)[:, : net.sizes[-1]]
    squares = (forward([(layer.W, layer.b) for layer in net.layers], X) - Y) ** 2
    assert squares.sum() / 10 / 2 < 1e-3
    assert squares.sum() < 1e-3
    assert np.abs(netgrad.evaluate(net, X) - Y).max() < np.sqrt(1e-3)


@pytest.mark.parametrize("name", PAPER)
def test_paper_networks_have_the_sizes_of_their_names(name):
    net = netgrad.load(FOLDER / name)
    assert net.sizes == PAPER[name]
    assert {layer.activation for layer in net.layers} == {"sigmoid"}


def test_training_step_is_the_rate_times_the_complex_step_gradient():
    module = make_paper()
    net = module.start((2, 2, 3, 2), np.random.default_rng(0))
    x, y = module.X[3], module.Y[3]
    before = [(W.copy(), b.copy()) for W, b in net]
    module.step(net, x, y)
    for layer, (changed, kept) in enumerate(zip(net, before, strict=True)):
        for which in (0, 1):
            gradient = np.empty_like(kept[which])
            for entry in np.ndindex(gradient.shape):
                moved = [[array.astype(complex) for array in pair] for pair in before]
                moved[layer][which][entry] += 1e-30j
                cost = ((forward(moved, x[np.newaxis])[0] - y) ** 2).sum() / 2
                gradient[entry] = cost.imag / 1e-30
            expected = kept[which] - 0.05 * gradient
            np.testing.assert_allclose(changed[which], expected, rtol=0, atol=1e-15)


def test_training_is_repeatable_and_lowers_the_cost():
    module = make_paper()
    module.GOAL = 0.2502  # from 0.2525 in two thousand steps
    first, second = (module.train((2, 2, 3, 2), module.Y) for _ in range(2))
    assert first[1:] == second[1:]
    assert first[1] < 0.2502
    for one, other in zip(first[0], second[0], strict=True):
        np.testing.assert_array_equal(one[0], other[0])


def test_breast_cancer_rows_have_ids_with_leading_zeros_and_shortest_numbers():
    header, rows = table("breast_cancer.csv")
    assert len(rows) == 569
    assert len(header) == 32
    assert {len(row) for row in rows} == {32}
    assert header[:3] == ["id", "diagnosis", "mean radius"]
    assert [row[0] for row in rows] == [f"{i:04d}" for i in range(1, 570)]
    assert sum(row[1] == "malignant" for row in rows) == 212
    assert sum(row[1] == "benign" for row in rows) == 357
    assert all(repr(float(cell)) == cell for row in rows for cell in row[2:])


def test_breast_cancer_scaling_is_that_of_the_rows_trained_on():
    arrays, X, _ = breast_cancer()
    trained = X[np.arange(1, 570) % 4 != 0]
    np.testing.assert_allclose(arrays["mean"], trained.mean(axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(arrays["std"], trained.std(axis=0), rtol=ROUNDING)


def test_breast_cancer_outputs_are_those_of_scikit_learn():
    net = netgrad.load(FOLDER / "breast_cancer.npz")
    X = numbers("breast_cancer.csv", net.inputs)
    ids = [row[0] for row in table("breast_cancer.csv")[1]]
    a = dict(zip(ids, netgrad.evaluate(net, X)[:, 0], strict=True))
    for key, probability in PROBABILITY.items():
        assert a[key] == pytest.approx(probability, rel=ROUNDING)


def test_breast_cancer_outputs_are_those_of_plain_numpy():
    net = netgrad.load(FOLDER / "breast_cancer.npz")
    arrays, X, _ = breast_cancer()
    pairs = [(arrays[f"W{l}"], arrays[f"b{l}"]) for l in (2, 3, 4)]
    expected = forward(pairs, (X - arrays["mean"]) / arrays["std"])
    np.testing.assert_allclose(netgrad.evaluate(net, X), expected, rtol=ROUNDING)


def test_breast_cancer_accuracy_is_as_stated():
    net = netgrad.load(FOLDER / "breast_cancer.npz")
    _, X, benign = breast_cancer()
    right = (netgrad.evaluate(net, X)[:, 0] > 0.5) == benign
    held_out = np.arange(1, 570) % 4 == 0
    assert (right[~held_out].sum(), right[held_out].sum()) == (423, 138)
    assert "423 of the 427" in (FOLDER / "README.md").read_text("utf-8")
    assert "138 of the 142" in (FOLDER / "README.md").read_text("utf-8")


def test_readme_names_every_file_of_the_folder():
    text = (FOLDER / "README.md").read_text("utf-8")
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"README.md"}
    assert {name for name in files if f"`{name}`" not in text} == set()
