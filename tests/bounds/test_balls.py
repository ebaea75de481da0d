from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgrad.bounds import balls
from netgrad.bounds.balls import (
    Ball,
    Extended,
    distance,
    divided,
    exact,
    leading_part,
    magnitude,
    matrix_product,
    product,
    rounded_up,
    shifted,
    unit_roundoff,
)

NUMBERS = st.floats(-1e100, 1e100)
EDGES = st.one_of(NUMBERS, st.floats(-1e-290, 1e-290))
RADII = st.floats(0, 1e100)


@pytest.fixture(params=sorted({Extended, np.float64}, key=str), autouse=True, scope="module")
def centres(request):
    patch = pytest.MonkeyPatch()
    patch.setattr(balls, "Extended", request.param)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def under_and_overflow_are_part_of_it():
    with np.errstate(all="ignore"):
        yield


def fraction(x):
    """The number x, of whatever length, exactly."""
    return Fraction(*x.as_integer_ratio())


def holds(ball, number):
    return ball.rad == np.inf or abs(fraction(ball.mid) - number) <= fraction(ball.rad)


def ball(mid, rad, t=0.0):
    """Ball as arrays of one element, and its point mid + t rad."""
    return Ball(np.array([[mid]], balls.Extended), np.array([[rad]])), Fraction(mid) + Fraction(rad) * Fraction(t)


@given(x=EDGES, y=EDGES, r=RADII, q=RADII, t=st.floats(-1, 1), s=st.floats(-1, 1))
def test_product_of_balls_holds_the_products_of_their_points(x, y, r, q, t, s):
    (A, a), (B, b) = ball(x, r, t), ball(y, q, s)
    assert holds(Ball(*(v[0, 0] for v in product(A, B))), a * b)


@given(x=EDGES, y=EDGES, r=RADII, t=st.floats(-1, 1))
def test_sum_and_quotient_hold_those_of_the_points(x, y, r, t):
    A, a = ball(x, r, t)
    assert holds(Ball(*(v[0, 0] for v in shifted(A, np.array([y])))), a + Fraction(y))
    if y != 0:
        quotient = divided(A, np.array([abs(y)]))
        assert holds(Ball(*(v[0, 0] for v in quotient)), a / abs(Fraction(y)))


@pytest.mark.parametrize("spread", [0, 30, 320])
@pytest.mark.parametrize("n", [1, 3, 64, 300])
def test_matrix_product_holds_the_exact_one(n, spread):
    rng = np.random.default_rng(n)
    a, B = (rng.normal(size=s) * 10.0 ** -rng.uniform(0, spread, s) for s in ((3, n), (n, 2)))
    r, t = abs(a) * 1e-12, rng.uniform(-1, 1, (3, n))
    C = matrix_product(Ball(exact(a).mid, r), B)
    for i in range(3):
        x = [Fraction(v) + Fraction(q) * Fraction(w) for v, q, w in zip(a[i], r[i], t[i], strict=True)]
        for j in range(2):
            number = sum(v * Fraction(w) for v, w in zip(x, B[:, j], strict=True))
            assert holds(Ball(C.mid[i, j], C.rad[i, j]), number)


def test_matrix_product_is_good_to_some_65_bits_where_extended_numbers_are():
    # u |sum| + gamma_{n+2} 2^-(bits + 1) |x|^T |y| with 24 bits for n = 16, times a few
    rng = np.random.default_rng(0)
    a, B = rng.normal(size=(20, 16)), rng.normal(size=(16, 20))
    assert (matrix_product(exact(a), B).rad <= (unit_roundoff(exact(a).mid) + 2**-70) * (abs(a) @ abs(B))).all()


def test_matrix_product_whose_leading_part_cancels_holds_the_exact_one():
    # Pairs k, k times 1 + x, -1 + y, or the other way round: what is left are the products of k, of 23 bits, with
    # the small x and y, of 30; their sum rounds at 2^-53 of them, far above the last place of the result.
    n, rng = 64, np.random.default_rng(0)
    signs = np.where(np.arange(n) % 2, 1.0, -1.0)
    for _ in range(20):
        short = np.repeat(rng.integers(1, 2**23, n // 2), 2).astype(float)
        cancelling = signs + rng.normal(size=n) * 2**-26
        number = sum(Fraction(v) * Fraction(w) for v, w in zip(short, cancelling, strict=True))
        for a, B in ((cancelling, short), (short, cancelling)):
            C = matrix_product(exact(a[np.newaxis]), B[:, np.newaxis])
            assert holds(Ball(C.mid[0, 0], C.rad[0, 0]), number)


@pytest.mark.parametrize("n", [1, 2, 5, 100, 1000])
def test_products_of_leading_parts_are_exact(n):
    rng = np.random.default_rng(n)
    a, b = leading_part(rng.normal(size=(1, n)), n, axis=1), leading_part(rng.normal(size=(n, 1)) * 1e-9, n, axis=0)
    number = sum(Fraction(v) * Fraction(w) for v, w in zip(a[0], b[:, 0], strict=True))
    assert Fraction((a @ b).item()) == number


def test_exact_zeros_stay_exact():
    zero = exact(np.zeros((1, 2)))
    assert matrix_product(zero, np.ones((2, 2))).rad.tolist() == [[0, 0]]
    assert shifted(zero, np.array([0.3, 0])).rad.tolist() == [[0, 0]]
    assert product(zero, Ball(zero.mid + 1, zero.rad + 1)).rad.tolist() == [[0, 0]]


def test_sizes_are_rounded_upwards_and_are_0_only_for_0():
    assert magnitude(np.array([-1, 0, 1e-310])).tolist() == [1 + 2**-52, 0, 1e-310 + 5e-324]
    smallest = np.finfo(balls.Extended).smallest_subnormal
    assert magnitude(np.array([smallest]))[0] > 0


def test_what_is_undefined_is_unbounded():
    assert rounded_up(np.array([np.nan, np.inf])).tolist() == [np.inf, np.inf]
    assert np.isinf(matrix_product(exact(np.array([[1e200, 1.0]])), np.array([[1e200], [0]])).rad).all()
    assert np.isinf(distance(np.array([np.nan]), exact(np.array([1.0])))).all()
