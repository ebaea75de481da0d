"""What is compiled stands for itself: no loop calls what is there only with numba."""

import pytest

pytest.importorskip("numba")
from netgrad.compiled import build
from netgrad.compiled.loop import Floats, f64, i64, loop


def test_a_loop_that_may_raise_is_refused():
    @loop(i64, i64, i64)
    def steps(n, step):
        found = 0
        for k in range(0, n, step):  # ValueError for step 0
            found += k
        return found

    with pytest.raises(ValueError, match=r"^steps calls .*PyErr_.* not there without numba"):
        build._code("steps", steps)


def test_types_are_told_by_letters():
    @loop(f64, Floats, i64)
    def first(x, n):
        return x[0] if n else 0.0

    code = build._code("first", first)
    assert (code.name, code.types) == ("first", "dpq")
    assert code.object.startswith(b"\x7fELF") or code.object
