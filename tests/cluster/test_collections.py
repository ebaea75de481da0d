"""Dask's collections and the recipes of the page on clusters, against the rows one by one."""

import re

import numpy as np
import pytest
import shell

import netgrad
from netgrad.errors import UsageError

dask = pytest.importorskip("dask.array")

XOR = netgrad.load(shell.ROOT / "sample_nets" / "xor.yaml")
TWO = netgrad.load(shell.ROOT / "sample_nets" / "paper_2_2_3_2.yaml")
X = np.random.default_rng(1).random((50, 2))
EXPECTED = np.array([[a[0], *grad[0]] for a, grad in (netgrad.value_and_grad(XOR, x[np.newaxis]) for x in X)])


@pytest.fixture
def frame():
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame({"x2": X[:, 1], "id": np.arange(50), "x1": X[:, 0]}, index=np.arange(100, 150))


def check(found):
    assert list(found.columns) == ["x2", "id", "x1", "a", "da_dx1", "da_dx2"]
    assert found[["a", "da_dx1", "da_dx2"]].to_numpy().tolist() == EXPECTED.tolist()
    assert found["id"].tolist() == list(range(50))


@pytest.mark.parametrize("chunks", [(7, 2), (50, 1)])
def test_an_array_in_chunks(chunks):
    from netgrad.dask import value_and_grad

    found = value_and_grad(XOR, dask.from_array(X, chunks))
    assert found.shape == (50, 3)
    assert found.compute(scheduler="sync").tolist() == EXPECTED.tolist()


def test_a_dataframe_in_partitions(frame):
    from netgrad.dask import value_and_grad

    frames = pytest.importorskip("dask.dataframe").from_pandas(frame, npartitions=3)
    found = value_and_grad(XOR, frames)
    assert found.dtypes["a"] == np.float64
    check(found.compute(scheduler="sync"))


def test_the_recipes_of_the_page(frame):
    """As Spark and Ray call them: with an iterator of frames, and with a frame."""
    page = (shell.ROOT / "sample_nets" / "clusters.md").read_text("utf-8")
    (recipe,) = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(shell.ROOT)
        exec(recipe, names)
    pandas = pytest.importorskip("pandas")
    check(pandas.concat(names["of_frames"](iter([frame[:20], frame[20:]]))))
    check(names["of_batch"](frame))


def test_what_cannot_be_meant_is_said(frame):
    from netgrad.dask import value_and_grad, with_results

    with pytest.raises(UsageError, match=r"an array of shape \(50, 3\), expected \(m, 2\)"):
        value_and_grad(XOR, dask.zeros((50, 3)))
    with pytest.raises(UsageError, match="choose it with --output"):
        value_and_grad(TWO, dask.zeros((50, 2)))
    with pytest.raises(UsageError, match=r"0 columns 'x1' \(did you mean 'X1'\?\), expected one"):
        with_results(XOR, frame.rename(columns={"x1": "X1"}))
    with pytest.raises(UsageError, match="there are columns called a already"):
        with_results(XOR, frame.rename(columns={"id": "a"}))
