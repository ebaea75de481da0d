"""Hostile files of PyTorch: one line each, soon, in little memory, and nothing of them is called or imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_torch import GOOD, HOSTILE, archive, legacy

from netgrad.errors import NetworkError
from netgrad.formats import pytorch

SECONDS, MEMORY = 1.0, 200 << 20
READS = """
import json, re, resource, sys, time
from netgrad.errors import NetworkError
from netgrad.formats import pytorch
import netgrad.formats.pytorch.exported
str(NetworkError("\\x1b", file="\\x1b"))  # the codec of escapes
before, told = set(sys.modules), {}
for path in sys.argv[1:]:
    start = time.process_time()
    try:
        pytorch.read(path)
        message = None
    except NetworkError as error:
        message = str(error)
    told[path] = message, time.process_time() - start
try:  # of this process alone: what getrusage says begins with the parent's
    with open("/proc/self/status") as status:
        peak = int(re.search("VmHWM:[^0-9]*([0-9]+)", status.read())[1]) * 1024
except FileNotFoundError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"told": told, "imported": sorted(set(sys.modules) - before), "peak": peak}))
"""


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    """What a process of its own says of all the files, and the folder that it ran in."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (data, _) in HOSTILE.items():
        (folder / name).write_bytes(data)
    command = [sys.executable, "-c", READS, *HOSTILE]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(run.stdout), folder


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_and_soon(reading, name):
    message, seconds = reading[0]["told"][name]
    expected = HOSTILE[name][1]
    assert (message is None) == (expected is None)
    if expected is not None:
        assert expected in message
        assert message.isprintable()
        assert len(message) < 400
    assert seconds < SECONDS


def test_nothing_is_imported_called_or_large(reading):
    told, folder = reading
    assert told["imported"] == []
    assert told["peak"] < MEMORY
    assert {path.name for path in Path(folder).iterdir()} == set(HOSTILE)


def test_the_files_that_harm_was_put_into_are_sound(tmp_path):
    for data in (archive(GOOD), legacy()):
        path = tmp_path / "net.pt"
        path.write_bytes(data)
        assert pytorch.read(str(path)).layers[0].W.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]


def test_every_cut_of_a_sound_file_is_refused(tmp_path):
    path = tmp_path / "net.pt"
    for data in (archive(GOOD), legacy()):
        for size in range(0, len(data), 7):
            path.write_bytes(data[:size])
            with pytest.raises(NetworkError):
                pytorch.read(str(path))
