"""Every promise names a test that is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROWS = [line for line in (TESTS / "README.md").read_text().splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_a_promise_is_held_by_a_test_that_is_there(row):
    named = re.findall(r"`([\w/]+(?:\.py)?(?:::\w+)?)`", row.split("|", 2)[2])
    assert any("::" in name or name.startswith("cases/") for name in named)
    for name in named:
        path, _, function = name.partition("::")
        assert (TESTS / path).exists()
        assert f"def {function}(" in (TESTS / path).read_text() if function else True
