"""A point has the same bits wherever it stands, however many there are, and on any number of threads."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import random_net, random_points

from netgrad.core import blocks, machine, products
from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.blocks import in_slices
from netgrad.core.directions import directional, hessian_times
from netgrad.core.hessian import hessian

pytestmark = pytest.mark.slow  # wide networks

BENCHMARKS = [(2, 3, 2, 1), (8, 64, 64, 1), (784, 512, 512, 1), (100, *[256] * 6, 1)]
SHAPES = [*BENCHMARKS, (30, 16, 8, 1), (100, 96, 1), (600, 24, 20, 1), (64, 64, 1), (3, 1), (1, 4, 1), (1, 1)]


def bits(*arrays):
    return [array.tobytes() for array in arrays]


@pytest.fixture(params=[True, False], ids=["tiles", "as many rows"])
def is_tiled(request, monkeypatch):
    if request.param and not products.IS_TILED:
        pytest.skip("for x86-64")
    monkeypatch.setattr(products, "IS_TILED", request.param)
    return request.param


@pytest.mark.parametrize("shape", [*SHAPES, (4, 5, 3), (1000, 20, 300, 2)], ids=str)
def test_every_product_by_blas_has_the_same_layouts_and_full_tiles(shape, is_tiled, monkeypatch):
    net, seen = random_net(shape, last="softmax" if shape[-1] > 1 else "sigmoid"), []

    def matmul(A, B, out):
        rows, k = A.shape
        assert rows % products.TILE == 0 if is_tiled else rows == products.rows_of(shape)
        assert A.strides[0] == out.strides[0] == A.itemsize
        seen[-1].add((k, B.shape, B.strides))
        return np.matmul(A, B, out=out)

    monkeypatch.setattr(products, "matmul", matmul)
    monkeypatch.setattr(machine, "UNITS", 1 << 60)  # loops do without BLAS
    for X in (random_points(1, shape[0]), random_points(5000, shape[0])[::2], random_points(130, shape[0]).copy("F")):
        seen.append(set())
        jacobian(net, X)
    assert seen[0] == seen[1] == seen[2]
    assert bool(seen[0]) != products.is_narrow(shape)


@pytest.mark.parametrize("k", [1, 2, 16])
def test_narrow_products_are_sums_in_the_order_of_the_units_below(k):
    rng = np.random.default_rng(k)
    A, B = np.asfortranarray(rng.standard_normal((7, k))), rng.standard_normal((k, 3))
    found = products.product(A, B, np.empty((7, 3), order="F"), 1)
    for i in range(7):
        for j in range(3):
            assert found[i, j] == sum((A[i, l] * B[l, j] for l in range(1, k)), A[i, 0] * B[0, j])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_point_has_the_same_bits_in_every_row_of_a_product(shape):
    net, x = random_net(shape, scale=3.0), random_points(1, shape[0])
    a, grad = value_and_grad(net, np.repeat(x, 400, axis=0))
    assert {*map(bytes, a)} == {bytes(a[0])}
    assert {*map(bytes, grad)} == {bytes(grad[0])}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_point_alone_has_the_bits_it_has_among_others(shape):
    net, X = random_net(shape, scale=3.0), random_points(203, shape[0])
    a, grad = value_and_grad(net, X)
    for i in (0, 1, 7, 8, 100, 201, 202):
        assert bits(*value_and_grad(net, X[i : i + 1])) == bits(a[i : i + 1], grad[i : i + 1])


@settings(max_examples=30)
@given(st.permutations(range(41)), st.integers(1, 41))
def test_neither_order_nor_number_of_points_changes_their_bits(order, m):
    net, X = random_net((8, 24, 1), scale=2.0), random_points(41, 8)
    some = list(order)[:m]
    a, grad = value_and_grad(net, X)
    assert bits(*value_and_grad(net, X[some])) == bits(a[some], grad[some])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_threads_and_blocks_do_not_change_a_bit(shape, monkeypatch):
    net, X = random_net(shape, scale=3.0), random_points(1000, shape[0])
    whole = bits(*value_and_grad(net, X))
    for cells, tall in ((1 << 10, 8), (1 << 12, 64), (1 << 16, 512)):
        monkeypatch.setattr(blocks, "BYTES", 8 * cells)
        monkeypatch.setattr(blocks, "TALL", tall)
        for jobs in (1, 2, 5):
            assert bits(*value_and_grad(net, X, jobs=jobs)) == whole
            assert bits(evaluate(net, X, jobs)[:, 0], jacobian(net, X, jobs)[1][:, 0]) == whole


@pytest.mark.parametrize("shape", [(2, 3, 2, 1), (16, 8, 1)], ids=str)
def test_in_float32_a_point_of_a_narrow_network_has_the_bits_it_has_among_others(shape):
    net, X = random_net(shape, scale=3.0).astype("float32"), random_points(203, shape[0]).astype("float32")
    a, grad = value_and_grad(net, X)
    for i in (0, 1, 7, 202):
        assert bits(*value_and_grad(net, X[i : i + 1])) == bits(a[i : i + 1], grad[i : i + 1])


def test_in_float32_threads_do_not_change_a_bit():
    net, X = random_net((8, 64, 64, 1)).astype("float32"), random_points(5000, 8)
    assert bits(*value_and_grad(net, X, jobs=2)) == bits(*value_and_grad(net, X, jobs=1))


def test_a_thread_that_is_held_up_keeps_no_slice_from_the_others():
    others_done, done, lock = threading.Event(), [], threading.Lock()

    def work(rows):
        if rows.start == 0:
            assert others_done.wait(30)
        with lock:
            done.append(rows)
            if len(done) == 9:
                others_done.set()

    in_slices(95, 10, lambda: work, 2)
    assert sorted((rows.start, rows.stop) for rows in done) == [(i, min(i + 10, 95)) for i in range(0, 95, 10)]
    assert done[-1] == slice(0, 10)


def test_an_error_on_a_thread_is_raised(monkeypatch):
    monkeypatch.setattr(blocks, "BYTES", 64)
    monkeypatch.setattr(blocks, "TALL", 8)

    def new_work():
        def work(block, rows):
            if rows.start >= 512:
                raise ZeroDivisionError

        return work

    with pytest.raises(ZeroDivisionError):
        blocks.in_blocks(np.zeros((1000, 1)), 1, new_work, 3)


@pytest.mark.parametrize(
    "shape", [(2, 3, 2, 1), (8, 64, 30, 1), (8, 300, 256, 1), (7, 1, 5, 1), (9, 4, 3), (9, 16, 12)], ids=str
)
def test_second_derivatives_and_directions_at_a_point_have_the_bits_that_they_have_among_others(shape):
    net = random_net(shape, activation="tanh", last="softmax" if shape[-1] > 1 else "sigmoid")
    X, v = random_points(300, shape[0]), np.ones(shape[0])
    for f in (
        lambda X: directional(net, X, v),
        lambda X: hessian_times(net, X, v, 0),
        lambda X: hessian(net, X, 0),
    ):
        whole = f(X)
        for rows in (*(slice(i, i + 1) for i in range(60)), slice(2, 9), slice(0, 234), slice(299, None, -3)):
            assert bits(*f(X[rows])) == bits(*(part[rows] for part in whole))
