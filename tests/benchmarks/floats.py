"""Floats to text and back, in nanoseconds a float: netgrad's two ways, and what numpy and Python offer.

Run as `python tests/benchmarks/floats.py`; every figure is the best of some runs that take turns. Ways in machine code
read the whole table, ends of lines and all, and write it with an echo of what was read.
"""

import time
import warnings

import numpy as np

from netgrad.compiled import ready
from netgrad.numerals.reading import numbers
from netgrad.numerals.writing import rows
from netgrad.tables import compiled_codec
from netgrad.tables.columns import Layout

M, P = 20_000, 9
RUNS = 9


def best(*ways):
    """Shortest time of each way, in nanoseconds a float."""
    times = [[] for _ in ways]
    for _ in range(RUNS):
        for taken, way in zip(times, ways, strict=True):
            begin = time.thread_time()
            way()
            taken.append(time.thread_time() - begin)
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
    ready.loops(compiled_codec.LOOPS, wait=True)
    plan = Layout(P, tuple(range(P)), tuple(f"x{k}" for k in range(P)), None, tuple(f"x{k}" for k in range(P)), None)
    heads = ("compiled", "numpy", "repr", "compiled", "numpy", "fromstring")
    print(f"{'ns a float':16}{'written by':>22}{'read by':>33}\n{'':16}" + "".join(f"{head:>11}" for head in heads))
    for kind, values in kinds.items():
        lines = [",".join(map(repr, row)) for row in values.tolist()]
        cells, table = ",".join(lines).encode(), ("\n".join(lines) + "\n").encode()
        chunk = compiled_codec.decode(table, 1, plan)
        found = best(
            lambda chunk=chunk, values=values: compiled_codec.encode(chunk, values, plan),
            lambda values=values: rows(values, b",", b",", b"\n"),
            lambda values=values: repr(values.tolist()),
            lambda table=table: compiled_codec.decode(table, 1, plan),
            lambda cells=cells: numbers(cells, M * P),
            lambda cells=cells: np.fromstring(cells, np.float64, sep=","),
        )
        print(f"{kind:16}" + "".join(f"{ns:11.0f}" for ns in found))


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    main()
