"""Both losses and their error signals at the output, where a rounds to 0 or 1 too, against their definitions."""

import mpmath
import numpy as np
import pytest
from nets import random_net

from netgrad.analysis.losses import cross_entropy, output, squared_error, targets
from netgrad.core.activations import activation
from netgrad.errors import PointsError

mp = mpmath.MPContext()
mp.dps = 800  # 1 - sigma(800) has its first digit at place 348
mpf = mp.mpf

# exp, log1p and sigmoid are within 4 units in the last place, and each result is a few operations away from them.
ROUNDING = 16 * 2.0**-53
SMALLEST = 1e-307  # of numbers with all their digits
Z = (0.0, 1e-9, 0.3, 5.0, 36.0, 37.0, 40.0, 300.0, 700.0, 740.0, 800.0)
Y = (0.0, 1.0, 0.5, 0.3, 1e-12, 1 - 1e-12)


def computed(name, z, y):
    """Output of netgrad for rows z and y, and both of its signals."""
    z, y = np.array(z, np.float64), np.array(y, np.float64)
    a, dsigma = z.copy(), np.empty_like(z)
    with np.errstate(under="ignore"):
        activation(name).f(a, dsigma)
        out = output(activation(name), z, a, dsigma, y)
        return out, squared_error(out), cross_entropy(out)


def softmax(z):
    e = [mp.exp(mpf(v)) for v in z]
    return [v / mp.fsum(e) for v in e]


def close(found, exact, size, rounding=ROUNDING):
    """Whether the error is some units in the last place of `size`, the sum of what is added up without its signs."""
    return abs(mpf(float(found)) - exact) <= rounding * size + SMALLEST


@pytest.mark.parametrize("y", Y)
@pytest.mark.parametrize("z", [sign * z for z in Z for sign in (1, -1)])
def test_sigmoid_losses_and_signals_have_the_digits_of_their_definitions(z, y):
    _, squared, cross = computed("sigmoid", [[z]], [[y]])
    a = 1 / (1 + mp.exp(-mpf(z)))
    e, size = a - mpf(y), (1 - mpf(y)) * a + mpf(y) * (1 - a)
    log_likelihood = mpf(y) * mp.log(a) + (1 - mpf(y)) * mp.log(1 - a)
    assert close(cross.cost[0], -log_likelihood, -log_likelihood)
    assert close(cross.delta[0, 0], e, size)
    assert close(squared.cost[0], e * e / 2, size * size)
    assert close(squared.delta[0, 0], e * a * (1 - a), size * a * (1 - a))


@pytest.mark.parametrize("z", [800.0, 40.0, -40.0, -800.0])
def test_a_surely_right_output_keeps_a_signal_and_a_surely_wrong_one_costs_its_logit(z):
    _, right_squared, right = computed("sigmoid", [[z]], [[float(z > 0)]])
    _, _, wrong = computed("sigmoid", [[z]], [[float(z < 0)]])
    tiny = float(mp.exp(-abs(mpf(z))))
    assert right.cost[0] == pytest.approx(tiny, rel=1e-15, abs=0)
    assert abs(right.delta[0, 0]) == pytest.approx(tiny, rel=1e-15, abs=0)
    assert abs(right_squared.delta[0, 0]) == pytest.approx(tiny**2, rel=1e-15, abs=0)
    assert wrong.cost[0] == abs(z)
    assert abs(wrong.delta[0, 0]) == 1


@pytest.mark.parametrize("scale", [1.0, 10.0, 40.0, 200.0])
@pytest.mark.parametrize("one_hot", [True, False])
def test_softmax_losses_and_signals_have_the_digits_of_their_definitions(scale, one_hot):
    rng = np.random.default_rng(3)
    Z_ = scale * rng.normal(size=(8, 5))
    P = rng.dirichlet(np.ones(5), size=8)
    Y_ = np.eye(5)[rng.integers(5, size=8)] if one_hot else P / P.sum(axis=1, keepdims=True)
    _, squared, cross = computed("softmax", Z_, Y_)
    rounding = ROUNDING * (1 + float(np.ptp(Z_)))  # exp(z - max z) has the rounding error of its argument
    for i, (z, y) in enumerate(zip(Z_, Y_, strict=True)):
        a, y = softmax(z), [mpf(v) for v in y]
        e = [a_j - y_j for a_j, y_j in zip(a, y, strict=True)]
        cost = -mp.fsum(y_j * mp.log(a_j) for a_j, y_j in zip(a, y, strict=True))
        assert close(cross.cost[i], cost, cost, rounding)
        for j in range(5):
            size = (1 - y[j]) * a[j] + y[j] * (1 - a[j])
            assert close(cross.delta[i, j], e[j], size, rounding)
            others = [k for k in range(5) if k != j]
            exact = a[j] * mp.fsum(a[k] * (e[j] - e[k]) for k in others)
            size = a[j] * (size * (1 - a[j]) + mp.fsum(a[k] * ((1 - y[k]) * a[k] + y[k] * (1 - a[k])) for k in others))
            assert close(squared.delta[i, j], exact, size, rounding)


def test_softmax_of_one_sure_class_keeps_its_signal():
    _, squared, cross = computed("softmax", [[90.0, 0.0, -1.0]], [[1.0, 0.0, 0.0]])
    a = softmax([90.0, 0.0, -1.0])
    assert cross.delta[0, 0] == pytest.approx(float(a[0] - 1), rel=1e-14, abs=0)
    exact = a[0] * mp.fsum(a[k] * (a[0] - 1 - a[k]) for k in (1, 2))
    assert squared.delta[0, 0] == pytest.approx(float(exact), rel=1e-14, abs=0)
    assert cross.cost[0] == pytest.approx(float(-mp.log(a[0])), rel=1e-14, abs=0)


@pytest.mark.parametrize("activation", ["tanh", "identity", "softplus"])
def test_squared_error_is_for_every_activation(activation):
    z = np.array([[0.7, -1.2]])
    out, squared, _ = computed(activation, z, [[1.0, 0.0]])
    e = out.a - [[1.0, 0.0]]
    np.testing.assert_array_equal(squared.delta, e * out.dsigma)
    assert squared.cost[0] == (e[0, 0] ** 2 + e[0, 1] ** 2) / 2


def test_cross_entropy_is_convex_in_z_and_squared_error_is_not():
    z = np.linspace(-8, 8, 161)[:, np.newaxis]
    _, squared, cross = computed("sigmoid", z, np.ones_like(z))
    assert (np.diff(cross.cost, 2) > 0).all()
    bent = np.diff(squared.cost, 2)
    assert (bent < 0).any()
    assert (bent > 0).any()


def test_targets_are_numbers_of_classes_or_a_column_for_each_output():
    net = random_net((2, 3), last="softmax")
    np.testing.assert_array_equal(targets(net, np.array([[2.0], [0.0]])), [[0, 0, 1], [1, 0, 0]])
    given = np.array([[0.25, 0.25, 0.5]])
    assert targets(net, given) is given


def test_targets_of_softmax_that_do_not_sum_to_1_are_refused():
    net = random_net((2, 3), last="softmax")
    with pytest.raises(PointsError, match=r"must sum to 1, but 0\.5, 0\.25, 0\.0 sum to 0\.75"):
        targets(net, np.array([[1.0, 0.0, 0.0], [0.5, 0.25, 0.0]]))
    assert targets(random_net((2, 3)), np.array([[1.0, 1.0, 0.0]])).sum() == 2  # sigmoids are apart
