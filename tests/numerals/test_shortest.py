"""What the shortest decimals rest on, against exact rational numbers."""

from fractions import Fraction

import numpy as np
import pytest

from netgrad.numerals.shortest import _nearest_ten, _powers, decimal

rng = np.random.default_rng(20190401)
RHO_ERROR = Fraction(1, 2**48)  # 2^-57 from truncated products, 2^-50 from the conversion to float64


def alpha(exponent, k):
    return Fraction(2) ** (exponent - 1075) / Fraction(10) ** k


def test_alpha_is_between_one_and_ten_for_every_exponent():
    for exponent, k in list(enumerate(_powers().k.tolist()))[1:2047]:
        assert 1 <= alpha(exponent, k) < 10


def test_rho_is_the_distance_to_the_nearest_multiple_of_ten():
    powers = _powers()
    exponent = np.arange(1, 2047)
    c = rng.integers(2**52, 2**53, len(exponent))
    m, rho = _nearest_ten(c, powers.tenth[exponent], powers.high[exponent], powers.low[exponent])
    assert np.abs(rho).max() <= 5 + float(RHO_ERROR)
    for e, k, c_, m_, rho_ in zip(exponent.tolist(), powers.k[1:].tolist(), c.tolist(), m, rho, strict=False):
        assert abs(c_ * alpha(e, k) - 10 * int(m_) - Fraction(rho_)) < RHO_ERROR


@pytest.mark.parametrize(
    ("values", "most"),
    [
        (rng.standard_normal(20_000), 0),
        (np.round(rng.random(20_000), 3), 0),
        (np.arange(-9999.0, 9999.0), 0),
        (np.zeros(9), 0),
        (2.0 ** np.arange(-20, 50), 0),
        (rng.integers(0, 2**63, 20_000).view(np.float64), 100),  # subnormal, not finite, integers beyond 2^54
    ],
)
def test_hardly_any_value_is_left_to_repr(values, most):
    assert len(decimal(values).unsure) <= most
