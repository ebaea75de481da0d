"""What tests of tables share."""

import pytest

from netgrad.compiled import files, ready


@pytest.fixture(scope="module")
def compiled_text() -> None:
    """The loops of the compiled codec are there, or the test is skipped for want of numba."""
    if not files.is_installed():
        pytest.skip("numba is not installed")
    assert ready.loops("text", wait=True) is not None, ready.state("text")
