"""What tests of tables share."""

import pytest

from netgrad.compiled import files, ready


@pytest.fixture(scope="module")
def compiled_text() -> None:
    """The loops of the compiled codec are there, or the test is skipped for want of numba."""
    if absence := files.absence():
        pytest.skip(absence)
    assert ready.loops("text", wait=True) is not None, ready.state("text")
