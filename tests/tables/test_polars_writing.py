"""The polars codec writes what the numpy codec writes, and floats as `repr` does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netgrad.tables import numpy_codec
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout

pytest.importorskip("polars")
from polars_tables import BORDERS, layout, tables

from netgrad.tables import polars_codec

pytestmark = pytest.mark.usefixtures("small_blocks_through_polars")


@settings(max_examples=60, deadline=None)
@given(tables(dirty=False), st.data())
@pytest.mark.parametrize("most_odd", [0.5, 1.0])
def test_polars_codec_writes_the_bytes_of_numpy_codec(most_odd: float, table: tuple[bytes, Layout], data) -> None:
    text, plan = table
    fast, plain = (codec.decode(text, 1, plan) for codec in (polars_codec, numpy_codec))
    shape = st.tuples(st.just(len(plain.kept)), st.integers(1, 4))
    results = data.draw(arrays(np.float64, shape, elements=st.floats() | st.sampled_from(BORDERS)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polars_codec, "_MOST_ODD", most_odd)
        assert polars_codec.encode(fast, results, plan) == numpy_codec.encode(plain, results, plan)


def test_polars_writes_every_power_of_two_and_ten_as_repr_does() -> None:
    powers = np.array([2.0**k for k in range(-1074, 1024)] + [float(f"1e{k}") for k in range(-323, 309)])
    values = np.concatenate([(powers.view(np.int64) + k).view(np.float64) for k in (-1, 0, 1)])
    values = np.concatenate([values, -values])
    text = polars_codec.encode(chunk_of(len(values)), values.reshape(-1, 1), layout(1, keep=()))
    assert text.decode().split("\n")[:-1] == [repr(v) for v in values.tolist()]


def test_polars_writes_random_floats_as_repr_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polars_codec, "_MOST_ODD", 1.0)
    rng = np.random.default_rng(5)
    values = np.concatenate(
        [BORDERS, rng.standard_normal(20_000), 10.0 ** rng.uniform(-12, 18, 20_000), np.round(rng.random(5_000), 3)]
    )
    text = polars_codec.encode(chunk_of(len(values)), values.reshape(-1, 1), layout(1, keep=()))
    assert text.decode().split("\n")[:-1] == [repr(v) for v in values.tolist()]


def chunk_of(m: int) -> Chunk:
    """m records of which nothing is echoed."""
    return polars_codec.decode(b"1\n" * m, 1, layout(1, keep=()))
