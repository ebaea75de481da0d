"""A short run of tests/torture/fuzz_torch.py."""

import importlib.util
from pathlib import Path

SPEC = importlib.util.spec_from_file_location("fuzz_torch", Path(__file__).parents[1] / "torture" / "fuzz_torch.py")
FUZZ = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(FUZZ)


def test_mutants_of_torch_files_are_read_or_refused_in_one_line(tmp_path):
    outcomes = FUZZ.fuzz(250, 0, tmp_path)
    assert outcomes.keys() == {"read", "refused"}
