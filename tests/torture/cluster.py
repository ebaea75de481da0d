"""Thousands of cuttings of hostile tables against the engine here.

PYTHONPATH=tests python tests/torture/cluster.py SEED SECONDS
"""

import sys
import tempfile
import time
from pathlib import Path

from cuttings import outcome
from hostile_tables import Tables

from netgrad.cluster.driver import Cluster
from netgrad.cluster.engines import Pool

SPLITS = (1, 2, 3, 5, 7, 13, 31, 64, 100, 257, 1000, 5000, 20000)


def main(seed: int, seconds: float) -> None:
    tables, pool, stop = Tables(seed), Pool(2), time.monotonic() + seconds
    counts = dict.fromkeys(("cases", "cuttings", "tasks", "wrong guesses", "differ"), 0)
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < stop:
            data = tables.files()
            paths = [str(Path(folder) / f"{i}.csv") for i in range(len(data))]
            for path, content in zip(paths, data, strict=True):
                Path(path).write_bytes(content)
            policy, comment = tables.draw.choice(["fail", "skip", "nan"]), tables.draw.choice([b"", b"#"])
            expected = outcome(paths, policy, comment)
            counts["cases"] += 1
            for split in tables.draw.sample([s for s in SPLITS if max(map(len, data)) / s < 300], 4):
                cluster = Cluster(pool, split, lists=True)
                found = outcome(paths, policy, comment, cluster)
                counts["cuttings"] += 1
                counts["tasks"] += cluster.progress.submitted
                counts["wrong guesses"] += cluster.progress.again
                if found != expected:
                    counts["differ"] += 1
                    print(policy, comment, split, data, found, expected, sep="\n  ")
    print(", ".join(f"{n:,} {what}" for what, n in counts.items()))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
