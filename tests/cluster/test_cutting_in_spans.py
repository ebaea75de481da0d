"""Every cutting of a table gives what the engine gives here: output, rejects, tallies and the error's line."""

from pathlib import Path

import pytest
from cuttings import outcome
from hostile_tables import Tables

from netgrad.cluster.driver import Cluster
from netgrad.cluster.engines import Pool

POOL = Pool(2)
QUOTED = b"x1,x2,t\n" + b"".join(b'0.%d,0.5,"a\n0.1,0.2,b\n"\n' % i for i in range(100, 500))


def written(folder: Path, data: list[bytes]) -> list[str]:
    paths = [folder / f"{i}.csv" for i in range(len(data))]
    for path, content in zip(paths, data, strict=True):
        path.write_bytes(content)
    return [str(path) for path in paths]


@pytest.mark.parametrize("seed", range(20))
def test_hostile_tables_cut_anywhere(seed, tmp_path):
    tables = Tables(seed)
    paths = written(tmp_path, tables.files())
    policy, comment = tables.draw.choice(["fail", "skip", "nan"]), tables.draw.choice([b"", b"#"])
    here = outcome(paths, policy, comment)
    for split in (13, 100, 1000, 20000):
        assert outcome(paths, policy, comment, Cluster(POOL, split, lists=True)) == here


def test_a_guess_that_is_right_is_not_made_again(tmp_path):
    """What begins in quotes is told from a record by the records behind it."""
    cluster = Cluster(POOL, 997)
    paths = written(tmp_path, [QUOTED])
    assert outcome(paths, "fail", b"", cluster).out == outcome(paths, "fail", b"").out
    assert cluster.progress.submitted == cluster.progress.done > 9


def test_a_guess_that_is_wrong_is_found_out(tmp_path):
    """A cell full of sound records is taken for some, and then it is not."""
    cell = b"0.1,0.2,b\n" * 1050
    paths = written(tmp_path, [b"x1,x2,t\n" + b'1,1,"' + cell + b'"\n0.3,0.4,c\n'])
    cluster = Cluster(POOL, 1000)
    found = outcome(paths, "fail", b"", cluster)
    assert found == outcome(paths, "fail", b"")
    assert found.tally == (2, 0, "None")
    assert cluster.progress.again == 1
