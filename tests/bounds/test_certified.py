import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mp, mpf
from sigma import KINKS, names_of

from netgrad.bounds import balls
from netgrad.bounds.balls import Extended
from netgrad.bounds.certified import jacobian_bounds, value_and_grad_bounds
from netgrad.bounds.condition import condition
from netgrad.bounds.sigmas import SIGMAS, VARIED
from netgrad.core import blocks
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import UsageError

DIGITS = mpf(10) ** -45  # of the oracle, relative to the exact value
UNDERFLOW = mpf(10) ** -300  # errors below it count as that: 5e-324 is no smaller for being compared with 1e-400
SCALES = [1, 5, 20, 60, 200]
TIGHT = 100  # promised: median of bound / true error
BOUNDED = [*names_of(SIGMAS, VARIED), "softmax"]
TIGHTER = 2  # reached where centres have 64 bits
LONG = pytest.mark.skipif(Extended is np.float64, reason="long double is a float64 here")


@pytest.fixture(params=sorted({Extended, np.float64}, key=str))
def centres(request, monkeypatch):
    """Centres of balls as here, and as on platforms whose long double is a float64."""
    monkeypatch.setattr(balls, "Extended", request.param)


def net_of(activation, sizes, scale, seed=0, **more):
    """Random network; for softmax and exp, tanh below; for softmax three outputs."""
    if activation == "softmax":
        return random_net((*sizes[:-1], 3), scale, seed, "tanh", last="softmax", **more)
    if activation == "exp":  # of exp it would be too large for a number
        return random_net(sizes, scale, seed, "tanh", last="exp", **more)
    return random_net(sizes, scale, seed, activation, **more)


def results(net, X, k=None):
    """(computed, bound, exact) of every value and gradient component."""
    bounded = value_and_grad_bounds(net, X, k)
    net = net.astype(np.float64)
    for x, a, a_err, grad, grad_err in zip(X, *bounded, strict=True):
        value, gradient = oracle.value_and_grad(net, x.tolist(), k or 0)
        yield a, a_err, value
        yield from zip(grad, grad_err, gradient, strict=True)


def check(net, X, k=None):
    """Ratios of bound and true error, having seen that all bounds hold."""
    ratios = []
    for computed, bound, value in results(net, X, k):
        error = abs(mpf(float(computed)) - value)
        assert bound == np.inf or error <= mpf(float(bound)) + DIGITS * abs(value)
        if 0 < error < np.inf:
            ratios.append(float(max(mpf(float(bound)), UNDERFLOW) / max(error, UNDERFLOW)))
    return ratios


@pytest.mark.usefixtures("centres")
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("activation", BOUNDED)
def test_bounds_hold_against_50_digits(activation, scale):
    k = 1 if activation == "softmax" else None
    check(net_of(activation, (2, 3, 2, 1), scale), random_points(6, 2), k)
    check(net_of(activation, (3, 6, 4, 1), scale), random_points(3, 3), k)


@pytest.mark.usefixtures("centres")
@pytest.mark.parametrize("scale", [0.5, 60])
@pytest.mark.parametrize("activation", BOUNDED)
def test_bounds_hold_for_ten_layers(activation, scale):
    net = net_of(activation, (2, *[4] * 8, 1), scale, seed=3)
    check(net, random_points(2, 2), 2 if activation == "softmax" else None)


@LONG
@pytest.mark.parametrize("sizes", [(2, 3, 2, 1), (3, 8, 8, 1)])
@pytest.mark.parametrize("activation", BOUNDED)
def test_bounds_are_close_to_the_error_at_the_median(activation, sizes):
    k = 0 if activation == "softmax" else None
    nets = [net_of(activation, sizes, scale, seed) for seed, scale in enumerate(SCALES, start=1)]
    ratios = [r for net in nets for r in check(net, random_points(4, sizes[0]), k)]
    assert np.median(ratios or [0]) <= TIGHTER  # all of relu(6) may be exact


@LONG
def test_bounds_of_ten_layers_are_within_100_times_the_error_at_the_median():
    nets = [net_of("sigmoid", (3, *[8] * 8, 1), scale) for scale in SCALES]
    ratios = [r for net in nets for r in check(net, random_points(2, 3))]
    assert np.median(ratios) <= TIGHT


@pytest.mark.parametrize("k", [None, 0])
def test_values_and_gradients_are_those_of_value_and_grad(k):
    net, X = net_of("tanh", (3, 8, 8, 1), 2), random_points(700, 3)
    bounded, (a, grad) = value_and_grad_bounds(net, X, k), value_and_grad(net, X, k)
    assert np.array_equal(bounded.a, a)
    assert np.array_equal(bounded.grad, grad)
    assert bounded.a_err.shape == a.shape
    assert bounded.grad_err.shape == grad.shape


def test_bounds_do_not_depend_on_blocks_and_threads(monkeypatch):
    net, X = net_of("sigmoid", (3, 8, 8, 1), 2), random_points(203, 3)
    whole = value_and_grad_bounds(net, X)
    monkeypatch.setattr(blocks, "BYTES", 512)
    for jobs in (1, 3):
        for v, w in zip(whole, value_and_grad_bounds(net, X, jobs=jobs), strict=True):
            assert np.array_equal(v, w)


def test_bounds_of_a_float32_network_hold_and_are_those_of_float32():
    # 1e-5: some ten layers' worth of roundings of 6e-8, of numbers of size 10
    net, X = net_of("tanh", (2, 3, 2, 1), 1).astype(np.float32), random_points(10, 2)
    check(net, X)
    bounded = value_and_grad_bounds(net, X)
    assert bounded.grad.dtype == np.float32
    assert (bounded.grad_err < 1e-5).all()
    assert (bounded.grad_err > 1e-10).any()


def test_scaling_is_part_of_what_is_bounded():
    scaling = Scaling(np.array([0.1, -1e3]), np.array([1e-3, 7.0]))
    net, X = net_of("sigmoid", (2, 3, 2, 1), 1, scaling=scaling), random_points(20, 2) * [1e-3, 7] + [0.1, -1e3]
    assert np.median(check(net, X)) <= TIGHT


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("scale", [1, 20, 200])
def test_bounds_hold_for_each_output_of_softmax(k, scale):
    check(net_of("softmax", (2, 4, 3), scale, seed=5), random_points(10, 2), k)


def test_integers_have_small_bounds_and_nothing_less_than_0():
    # 1e-16: 2^-64 for each of a few roundings, of numbers below 100
    bounded = value_and_grad_bounds(Network.of([([[2, -3], [5, 7]], [1, 0]), ([[1, 4]], [-2])], "identity"),
                                    np.array([[1.0, 2.0], [0.0, 0.0]]))  # fmt: skip
    assert bounded.a.tolist() == [71, -1]
    assert bounded.grad.tolist() == [[22, 25]] * 2
    for err in (bounded.a_err, bounded.grad_err):
        assert (err >= 0).all()
        assert (err <= (1e-16 if Extended is not np.float64 else 1e-13)).all()


def test_what_is_dead_is_exactly_0():
    net = Network.of([([[1.0, 1.0]], [-1e3]), ([[3.0]], [0.0])], "relu")
    bounded = value_and_grad_bounds(net, random_points(3, 2))
    assert not any(v.any() for v in bounded)


@pytest.mark.parametrize("activation", sorted({*KINKS} & {*BOUNDED}))
def test_a_kink_within_rounding_costs_the_jump_of_the_derivative(activation):
    # z is 2^-200 from the kink, which no centre can tell
    for kink in KINKS[activation]:
        for side in (-1, 1):
            layer = Layer(np.array([[1.0, side * 2.0**-200]]), np.array([kink - 1.0]), activation)
            net, X = Network((layer,)), np.ones((1, 2))
            check(net, X)
            ends = [oracle.activation(activation, mpf(kink) + t * mpf(10) ** -40)[1] for t in (-1, 1)]
            jump = float(abs(ends[1] - ends[0])) * (1 - 1e-15)
            most = 2 if activation == "elu(2)" else jump  # no wider than the ball, the range of sigma' stands for it
            assert jump <= value_and_grad_bounds(net, X).grad_err[0, 0] <= most + 0.02


def test_what_is_left_of_a_value_that_rounds_to_1_is_bounded_too():
    net = Network.of([([[50.0]], [0.0])])
    bounded = value_and_grad_bounds(net, np.array([[1.0]]))
    assert bounded.a[0] == 1
    assert np.exp(-50) < bounded.a_err[0] < (9 * 4) * np.exp(-50)
    assert bounded.grad_err[0, 0] < 1e-12 * bounded.grad[0, 0]
    check(net, np.array([[1.0]]))


def test_gradients_that_underflow_have_bounds_that_do_not():
    net = Network.of([([[745.0]], [0.0]), ([[1.0]], [0.0])])
    bounded = value_and_grad_bounds(net, np.array([[-1.0], [-1.2]]))
    assert (bounded.grad_err > 0).all()
    assert (bounded.grad_err < 1e-300).all()
    check(net, np.array([[-1.0], [-1.2]]))


def test_what_overflows_is_bounded_by_its_range_alone():
    pairs, x = [([[1e300, 1.0]], [0.0]), ([[1e300]], [0.0])], np.array([[1e300, 0.0]])
    with np.errstate(all="ignore"):
        bounded = value_and_grad_bounds(Network.of(pairs, "softsign"), x)
        unbounded = value_and_grad_bounds(Network.of(pairs, "identity"), x)
    assert abs(bounded.a[0] - 1) <= bounded.a_err[0] <= 2 * (1 + 1e-8)  # a = 1 - 1e-300, and softsign is within +-1
    assert (bounded.grad_err >= 0).all()  # not so for nan
    assert np.isinf([*unbounded.a_err, *unbounded.grad_err[0]]).all()


def test_an_output_must_be_chosen_and_exist():
    net = net_of("softmax", (2, 4, 3), 1)
    for k in (None, 3, -1):
        with pytest.raises(UsageError):
            value_and_grad_bounds(net, random_points(1, 2), k)
    assert mp.dps == 50


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "hard_sigmoid", "sigmoid", "elu", "gelu"])
def test_a_z_that_overflows_leaves_bounds_that_hold(activation):
    layer = Layer(np.array([[1e200, -1e200]]), np.zeros(1), activation)
    X = np.array([[1e200, 5e199], [5e199, 1e200]])
    with np.errstate(all="ignore"):
        check(Network((layer,)), X)
        check(Network((layer, Layer(np.array([[1e-150]]), np.ones(1), "identity"))), X)


@pytest.mark.parametrize("activation", ["tanh", "softmax"])
def test_bounds_of_the_jacobian_are_those_of_each_output(activation):
    net, X = random_net((3, 5, 4), 3, 2, "tanh", last=activation), random_points(50, 3)
    together = jacobian_bounds(net, X)
    for k in range(4):
        alone = value_and_grad_bounds(net, X, k)
        for i, v in enumerate(alone):
            assert np.array_equal(together[i][:, k], v)


@pytest.mark.parametrize("shape", [(2, 3, 1), (9, 17, 3), (12, 16, 9)], ids=str)
def test_bounds_and_condition_of_a_point_have_the_bits_that_they_have_among_others(shape):
    net, X = random_net(shape, last="softmax" if shape[-1] > 1 else "sigmoid"), random_points(200, shape[0])
    for f in (value_and_grad_bounds, condition):
        whole = f(net, X, 0)
        for rows in (*(slice(i, i + 1) for i in range(12)), slice(2, 9), slice(199, None, -3)):
            found = f(net, X[rows], 0)
            assert [part.tobytes() for part in found] == [part[rows].tobytes() for part in whole]


@pytest.mark.skipif(Extended is np.float64, reason="the platform has no extended precision")
@pytest.mark.parametrize("scale", [1, 20])
def test_precise_values_and_gradients_are_the_float64_nearest_to_50_digits_but_for_what_cancels(scale):
    net, X = random_net((3, 6, 5, 1), scale, 5), random_points(30, 3)
    found, plain = value_and_grad_bounds(net, X, precise=True), value_and_grad_bounds(net, X)
    errors, others = [], []
    for i, x in enumerate(X.tolist()):
        a, grad = oracle.value_and_grad(net, x)
        errors += [oracle.ulps(*pair) for pair in zip([found.a[i], *found.grad[i]], [a, *grad], strict=True)]
        others += [oracle.ulps(*pair) for pair in zip([plain.a[i], *plain.grad[i]], [a, *grad], strict=True)]
    assert np.quantile(errors, 0.9) <= 0.51  # 64 bits, rounded once
    assert max(others) > 2  # what is to be mended
    assert (found.grad_err <= plain.grad_err).all()


def test_precise_numbers_are_the_plain_ones_where_nothing_is_known_of_the_centre():
    net = Network((Layer(np.array([[1e200, -1e200]]), np.zeros(1), "sigmoid"),))
    X = np.array([[1e200, 5e199]])
    with np.errstate(all="ignore"):
        found, plain = (value_and_grad_bounds(net, X, precise=precise) for precise in (True, False))
    assert [part.tobytes() for part in found] == [part.tobytes() for part in plain]
