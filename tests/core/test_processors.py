"""The same bits for one point and many on every type of processor that this one can pass for, with any BLAS threads.

Each type of OpenBLAS has kernels of its own, and numpy has loops for each set of instructions.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # a process for each type

TESTS = Path(__file__).parents[1]
CORE_TYPES = ["Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX"]
BITS = """
import numpy as np
from nets import random_net, random_points
from netgrad.core.backprop import value_and_grad

for shape in [(2, 3, 2, 1), (8, 64, 64, 1), (64, 64, 1), (100, 96, 1), (100, 256, 256, 1), (784, 512, 512, 1)]:
    net, X = random_net(shape, scale=3.0), random_points(2500 if shape[0] < 100 else 300, shape[0])
    a, grad = value_and_grad(net, X, jobs=2)
    for some in (slice(0, 1), slice(3, 8), slice(7, 23), slice(40, 300, 3)):
        few, few_grad = value_and_grad(net, X[some])
        assert few.tobytes() == a[some].tobytes(), (shape, some)
        assert few_grad.tobytes() == grad[some].tobytes(), (shape, some)
"""


def run(script, **env):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "src")]), **env}
    return subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def can_be(core_type):
    """Whether this processor has the instructions of that one."""
    done = run("import numpy as np; A = np.ones((300, 300)); A @ A", OPENBLAS_CORETYPE=core_type)
    return done.returncode == 0


@pytest.mark.parametrize("core_type", CORE_TYPES)
def test_one_point_and_many_have_the_same_bits_on(core_type):
    if can_be(core_type):
        done = run(BITS, OPENBLAS_CORETYPE=core_type, OPENBLAS_NUM_THREADS="4")
        assert (done.returncode, done.stderr) == (0, "")


def test_one_point_and_many_have_the_same_bits_without_the_loops_of_newer_processors():
    done = run(BITS, NPY_DISABLE_CPU_FEATURES="X86_V3" if "X86_V3" in features() else "AVX2 FMA3")
    assert (done.returncode, done.stderr) == (0, "")


def features():
    return run("import numpy as np; np.show_config()").stdout


def test_openblas_has_as_many_threads_after_as_before():
    script = """
from netgrad.core import blas
get, set_ = blas._openblas()
set_(2)
with blas.one_thread(), blas.one_thread():
    assert get() == 1
assert get() == 2
"""
    done = run(script, OPENBLAS_NUM_THREADS="2")
    assert (done.returncode, done.stderr) == (0, "")
