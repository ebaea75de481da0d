import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import mp, mpf
from sigma import HUGE, KINKS, names_of, spread

from netgrad.bounds import balls
from netgrad.bounds.balls import Ball, Extended, exact
from netgrad.bounds.normal import normal_density, normal_tail
from netgrad.bounds.sigmas import SIGMAS, VARIED, Gated, facts_of
from netgrad.bounds.slopes import images, softmax
from netgrad.core.activations import activation

DIGITS = mpf(10) ** -45  # of the oracle, relative to the exact value
ULPS = {"tanh": 4, "expm1": 4, "log1p": 4, "arctan": 4}  # assumed of the platform
BOUNDED = names_of(SIGMAS, VARIED)
DTYPES = sorted({Extended, np.float64}, key=str)
LARGEST = {"exp": 1e4}  # exp of more has no bound, and is slow to 50 digits
LIMIT_OF_TANH = 25  # beyond, tanh is 1 to 64 bits


@pytest.fixture(autouse=True)
def under_and_overflow_are_part_of_it():
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(params=DTYPES)
def centres(request, monkeypatch):
    """Centres of balls as here, and as on platforms whose long double is a float64."""
    use(request.param, monkeypatch)


def use(dtype, monkeypatch):
    monkeypatch.setattr(balls, "Extended", dtype)


def number(x):
    """The number x, of whatever length, exactly."""
    return mp.fdiv(*map(mpf, x.as_integer_ratio()))


def holds(ball, i, value):
    if ball.rad[i] == np.inf:
        return True
    return abs(number(ball.mid[i]) - value) <= mpf(float(ball.rad[i])) + DIGITS * abs(value)


def ulps(function, exact_function, z, dtype):
    """Largest error of function(z) in units in the last place of its type, subnormals included."""
    with mp.workdps(60):
        computed, smallest = function(z), number(np.finfo(dtype).smallest_subnormal)
        worst = 0
        for z_i, c in zip(z, computed, strict=True):
            value = exact_function(number(z_i))
            unit = max(abs(value) * number(np.finfo(dtype).eps), smallest)
            worst = max(worst, float(abs(number(c) - value) / unit))
    return worst


@pytest.mark.parametrize("dtype", DTYPES)
def test_exp_is_within_2_units_in_the_last_place_subnormals_included(dtype):
    lowest = float(np.log(np.finfo(dtype).smallest_subnormal))
    rng = np.random.default_rng(0)
    z = [rng.uniform(lowest - 2, 0, 500), rng.uniform(-50, 1, 1500), -(10 ** rng.uniform(-25, 0, 200))]
    z.append(rng.uniform(lowest - 1, 0.95 * lowest, 300))  # where exp(z) loses bits
    assert ulps(np.exp, mp.exp, np.concatenate(z).astype(dtype), dtype) <= 2


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ULPS)
def test_other_functions_are_within_4_units_in_the_last_place(name, dtype):
    exact_function = {"arctan": mp.atan}.get(name) or getattr(mp, name)
    z = np.concatenate([spread(40, 300), spread(1e3, 50) if name in ("tanh", "arctan") else []])
    z = z[z > 0] if name == "log1p" else z[z < 700]
    assert ulps(getattr(np, name), exact_function, z.astype(dtype), dtype) <= ULPS[name]


@pytest.mark.parametrize("dtype", DTYPES)
def test_hypot_is_within_4_units_in_the_last_place(dtype):
    z = spread(40, 300).astype(dtype)
    assert ulps(lambda t: np.hypot(1, t), lambda t: mp.sqrt(1 + t * t), z, dtype) <= 4


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_normal_tail_and_density_are_as_exact_as_they_say(dtype):
    t = np.concatenate([np.linspace(0, 12, 700), 10 ** np.random.default_rng(0).uniform(-30, 1.5, 200)]).astype(dtype)
    u = balls.unit_roundoff(t)
    for t_i, tail, density in zip(t, normal_tail(t), normal_density(t), strict=True):
        x = number(t_i)
        exact_tail, exact_density = mp.erfc(x / mp.sqrt(2)) / 2, mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
        assert abs(number(tail) - exact_tail) <= u * (36 + x * x) * exact_tail + mpf(2) ** -1060
        assert abs(number(density) - exact_density) <= u * (8 + x * x / 2) * exact_density + mpf(2) ** -1060


@pytest.mark.parametrize("name", BOUNDED)
def test_slopes_and_values_are_within_their_ranges(name):
    sigma = facts_of(activation(name))
    for z in [*np.linspace(-8, 8, 401), -1e300, LARGEST.get(name, 1e300)]:
        value, slope = oracle.activation(name, z)
        assert sigma.values[0] <= value <= sigma.values[1]
        assert sigma.slopes[0] <= slope <= sigma.slopes[1]


@pytest.mark.usefixtures("centres")
@pytest.mark.parametrize("mid", [np.nan, np.inf, -np.inf, 0.0])
@pytest.mark.parametrize("name", BOUNDED)
def test_a_ball_around_everything_has_all_values_and_all_slopes(name, mid):
    a, d = images(activation(name), Ball(np.array([mid], balls.Extended), np.array([np.inf])))
    for z in (-1e300, -3.0, -1.0, -0.5, 0.0, 0.5, 1.5, 3.0, LARGEST.get(name, 1e300)):
        value, slope = oracle.activation(name, z)
        assert a.rad[0] == np.inf or holds(a, 0, value)
        assert holds(d, 0, slope)


@pytest.mark.parametrize("dtype", DTYPES)
def test_tanh_is_1_where_it_rounds_to_1(dtype):
    if np.finfo(dtype).nmant <= 63:
        z = np.linspace(LIMIT_OF_TANH, 1000, 2000).astype(dtype)
        assert (np.tanh(z) == 1).all()
        assert (np.tanh(-z) == -1).all()


@pytest.mark.usefixtures("centres")
@pytest.mark.parametrize("name", BOUNDED)
def test_evaluation_is_as_exact_as_the_table_says(name):
    z = np.concatenate([spread(760, 60), [-HUGE, HUGE, -1e150, 1e150, 0.0, -44.5, 44.5, 19.5]])
    z = z[z <= LARGEST.get(name, HUGE)]
    a, d = images(activation(name), exact(z))
    for i, z_i in enumerate(z):
        value, slope = oracle.activation(name, z_i)
        assert holds(a, i, value), z_i
        assert np.isfinite(a.rad[i] + d.rad[i]) or z_i > 700
        assert holds(d, i, slope), z_i


@pytest.mark.parametrize("name", BOUNDED)
@given(
    z=st.one_of(st.floats(-50, 50), st.sampled_from([-3.0, 0.0, 3.0]), st.floats(-1e3, 1e3)),
    exponent=st.floats(-25, 3),
    t=st.one_of(st.sampled_from([-1.0, 1.0]), st.floats(-1, 1)),
)
def test_balls_hold_sigma_and_its_derivative_at_all_their_points(name, z, exponent, t):
    rad = 10.0**exponent
    a, d = images(activation(name), Ball(np.array([z], Extended), np.array([rad])))
    value, slope = oracle.activation(name, mpf(z) + mpf(rad) * mpf(t))
    assert holds(a, 0, value)
    assert holds(d, 0, slope)


@pytest.mark.parametrize("name", sorted({*KINKS} & {*BOUNDED}))
def test_a_ball_around_a_kink_holds_the_derivatives_of_both_sides(name):
    for kink in KINKS[name]:
        _, d = images(activation(name), Ball(np.array([kink], Extended), np.array([1e-300])))
        for side in (-1, 1):
            assert holds(d, 0, oracle.activation(name, mpf(kink) + side * mpf(10) ** -301)[1])


@pytest.mark.parametrize("name", [name for name, sigma in SIGMAS.items() if isinstance(sigma, Gated)])
def test_second_derivatives_are_within_the_curvature_of_the_table(name):
    gate = SIGMAS[name]
    for t in np.linspace(0, 12, 121):
        bend = max(abs(mp.diff(lambda y: oracle.activation(name, y)[1], mpf(s * t))) for s in (-1, 1))
        assert bend <= min(
            gate.bend, float((2 + gate.swing(t)) * gate.rate(np.array(t)) * np.exp(-gate.v(t))) * (1 + 1e-12)
        )


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    z=st.lists(st.floats(-900, 900), min_size=1, max_size=5),
    exponents=st.lists(st.floats(-25, 2), min_size=5, max_size=5),
    t=st.lists(st.sampled_from([-1.0, 1.0, 0.5]), min_size=5, max_size=5),
)
def test_balls_hold_softmax_at_all_their_points(dtype, z, exponents, t):
    rad = 10.0 ** np.array(exponents[: len(z)])
    with pytest.MonkeyPatch.context() as patch:
        use(dtype, patch)
        a = softmax(Ball(np.array([z], dtype), rad[np.newaxis]))
    with mp.workdps(1000):  # what is left of 1 has digits too
        points = [mpf(v) + mpf(float(r)) * mpf(s) for v, r, s in zip(z, rad, t, strict=False)]
        for j, a_j in enumerate(oracle.softmax(points)):
            assert abs(number(a.mid[0, j]) - a_j) <= mpf(float(a.rad[0, j]))


def test_softmax_that_saturates_is_known_to_a_fraction_of_what_is_left():
    a = softmax(Ball(np.array([[100, 0, -50]], Extended), np.full((1, 3), 1e-15)))
    assert a.mid[0, 0] == 1
    assert a.rad[0, 0] <= 1.01 * np.exp(-100)
