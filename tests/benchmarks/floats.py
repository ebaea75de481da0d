"""Floats to text and back, in nanoseconds a float: netgrad's way, and what numpy and Python offer.

Run as `python tests/benchmarks/floats.py`; every figure is the best of some runs that take turns.
"""

import time
import warnings

import numpy as np

from netgrad.numerals.reading import numbers
from netgrad.numerals.writing import rows

M, P = 20_000, 9
RUNS = 9


def best(*ways):
    """Shortest time of each way, in nanoseconds a float."""
    times = [[] for _ in ways]
    for _ in range(RUNS):
        for taken, way in zip(times, ways, strict=True):
            begin = time.perf_counter()
            way()
            taken.append(time.perf_counter() - begin)
    return [min(taken) / (M * P) * 1e9 for taken in times]


def main():
    rng = np.random.default_rng(0)
    kinds = {
        "normal": rng.standard_normal((M, P)),
        "three decimals": np.round(rng.random((M, P)), 3),
        "integers": rng.integers(-1000, 1000, (M, P)).astype(np.float64),
        "1e-7 to 1e3": 10.0 ** rng.uniform(-7, 3, (M, P)),
        "wide exponents": 10.0 ** rng.uniform(-300, 300, (M, P)),
    }
    print(f"{'ns a float':16}{'rows':>8}{'repr':>8}{'ratio':>8}{'numbers':>12}{'fromstring':>12}{'ratio':>8}")
    for kind, values in kinds.items():
        cells = ",".join(map(repr, values.ravel().tolist())).encode()
        write, write_repr, read, read_numpy = best(
            lambda values=values: rows(values, b",", b",", b"\n"),
            lambda values=values: repr(values.tolist()),
            lambda cells=cells: numbers(cells, M * P),
            lambda cells=cells: np.fromstring(cells, np.float64, sep=","),
        )
        print(f"{kind:16}{write:8.0f}{write_repr:8.0f}{write_repr / write:8.2f}", end="")
        print(f"{read:12.0f}{read_numpy:12.0f}{read_numpy / read:8.2f}")


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    main()
