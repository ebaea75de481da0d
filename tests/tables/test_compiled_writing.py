"""The compiled codec writes what the numpy codec writes, and floats as `repr` does."""

import numpy as np
import pytest
from codec_tables import BORDERS, layout, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netgrad.tables import compiled_codec, numpy_codec
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("compiled_text")]  # the first one has the loops compiled


@settings(max_examples=60, deadline=None)
@given(tables(dirty=False), st.data())
def test_compiled_codec_writes_the_bytes_of_numpy_codec(table: tuple[bytes, Layout], data) -> None:
    text, plan = table
    fast, plain = (codec.decode(text, 1, plan) for codec in (compiled_codec, numpy_codec))
    shape = st.tuples(st.just(len(plain.kept)), st.integers(1, 4))
    results = data.draw(arrays(np.float64, shape, elements=st.floats() | st.sampled_from(BORDERS)))
    assert compiled_codec.encode(fast, results, plan) == numpy_codec.encode(plain, results, plan)
    few = plain._replace(kept=list(plain.kept))
    assert compiled_codec.encode(few, results, plan) == numpy_codec.encode(plain, results, plan)


def test_the_compiled_codec_writes_every_power_of_two_and_ten_as_repr_does() -> None:
    powers = np.array([2.0**k for k in range(-1074, 1024)] + [float(f"1e{k}") for k in range(-323, 309)])
    values = np.concatenate([(powers.view(np.int64) + k).view(np.float64) for k in (-1, 0, 1)])
    values = np.concatenate([values, -values])
    text = compiled_codec.encode(chunk_of(len(values)), values.reshape(-1, 1), layout(1, keep=()))
    assert text.decode().split("\n")[:-1] == [repr(v) for v in values.tolist()]


def test_the_compiled_codec_writes_random_floats_as_repr_does() -> None:
    rng = np.random.default_rng(5)
    values = np.concatenate(
        [BORDERS, rng.standard_normal(20_000), 10.0 ** rng.uniform(-12, 18, 20_000), np.round(rng.random(5_000), 3)]
    )
    text = compiled_codec.encode(chunk_of(len(values)), values.reshape(-1, 1), layout(1, keep=()))
    assert text.decode().split("\n")[:-1] == [repr(v) for v in values.tolist()]


def chunk_of(m: int) -> Chunk:
    """m records of which nothing is echoed."""
    return compiled_codec.decode(b"1\n" * m, 1, layout(1, keep=()))
