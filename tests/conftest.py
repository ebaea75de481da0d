"""What holds for every test: floating-point errors are raised, and random examples repeat in each run."""

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("netgrad", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("netgrad")


@pytest.fixture(autouse=True)
def floating_point_errors_are_raised():
    with np.errstate(all="raise"):
        yield
