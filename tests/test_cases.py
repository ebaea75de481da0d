"""Small shell sessions: cases/COMMAND/WHAT holds `cmd`, and what it must print: `out`, `err`, `code`.

A file that is not there means nothing printed, or exit code 0. The case runs in a copy of its folder, with a link
to sample_nets. To write what a new case prints, for a person to check: REWRITE_CASES=1 pytest tests/test_cases.py
"""

import os
import shutil
from pathlib import Path

import pytest
import shell

pytestmark = pytest.mark.slow  # a process or more for each

CASES = Path(__file__).parent / "cases"
EXPECTED = ("out", "err", "code")


@pytest.mark.parametrize("case", sorted(CASES.glob("*/*/cmd")), ids=lambda p: p.parent.relative_to(CASES).as_posix())
def test_case(case: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    shutil.copytree(case.parent, here, ignore=shutil.ignore_patterns("cmd", *EXPECTED))
    (here / "sample_nets").symlink_to(shell.ROOT / "sample_nets")
    ran = shell.run(case.read_text(), cwd=here)
    found = {"out": ran.out, "err": ran.err, "code": f"{ran.code}\n" if ran.code else ""}
    if os.environ.get("REWRITE_CASES"):
        for name, value in found.items():
            path = case.parent / name
            path.unlink(missing_ok=True)
            if value:
                path.write_bytes(value.encode("utf-8", "surrogateescape"))
    expected = {name: _read(case.parent / name) for name in EXPECTED}
    same = {n for n in EXPECTED if shell.same(found[n], expected[n])}
    assert found == {**expected, **{name: found[name] for name in same}}


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
