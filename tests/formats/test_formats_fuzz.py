"""A short run of tests/torture/fuzz_formats.py: good files with bytes changed are read or refused in one line."""

import importlib.util
import random
from pathlib import Path

from nets_of_peers import files

SPEC = importlib.util.spec_from_file_location("fuzz_formats", Path(__file__).parents[1] / "torture" / "fuzz_formats.py")
FUZZ = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(FUZZ)


def test_changed_files_are_read_or_refused(tmp_path):
    rng, good, path = random.Random(1), FUZZ.corpus(), tmp_path / "net"
    seen = set()
    FUZZ.outcome("keras", files("keras") / "k3_plain.h5")  # which imports h5py
    FUZZ.outcome("mat", files("others") / "v5.mat")
    for _ in range(200):
        module, data = rng.choice(good)
        path.write_bytes(FUZZ.mutated(rng, data))
        seen.add(FUZZ.outcome(module, str(path)))
    assert seen == {"read", "refused"}
