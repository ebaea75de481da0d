"""What tests of tables share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def small_blocks_through_polars() -> Iterator[None]:
    """Polars' codec hands no block to numpy's for being small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("netgrad.tables.polars_codec.FEW", 0)
        yield
