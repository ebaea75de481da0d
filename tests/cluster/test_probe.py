"""Workers beside this machine: what is an error, what is worth a word, and what goes without saying."""

import pytest

from netgrad.cluster.probe import facts, remarks
from netgrad.errors import ClusterError

HERE = facts()


def test_the_same_machine_has_the_same_bits():
    assert facts() == HERE
    assert remarks(HERE._replace(one_thread=True), {"tcp://a:1": HERE._replace(one_thread=True)}) == []


@pytest.mark.parametrize("what", ["netgrad", "numpy"])
def test_another_version_is_an_error_with_both(what):
    with pytest.raises(ClusterError) as found:
        remarks(HERE, {"tcp://a:1": HERE, "tcp://b:2": HERE._replace(**{what: "0.0.7"})})
    assert str(found.value) == f"{what} 0.0.7 on the worker tcp://b:2, {getattr(HERE, what)} here"


def test_other_bits_and_threads_are_worth_a_word():
    other = HERE._replace(bits="other", cpu="Another CPU", one_thread=False)
    assert remarks(
        HERE._replace(cpu="This CPU"), {"tcp://a:1": HERE._replace(one_thread=True), "tcp://b:2": other}
    ) == [
        "1 worker of 2 may give other last digits than this machine: Another CPU there, This CPU here",
        "1 worker of 2 may start threads for each product: set OPENBLAS_NUM_THREADS=1 and MKL_NUM_THREADS=1 "
        "where they are started",
    ]
