"""Output files are whole or not there at all; an output that is an input is refused."""

import os
import stat
from contextlib import contextmanager

import pytest

from netgrad.errors import OutputError
from netgrad.stream.sinks import open_sink
from netgrad.stream.sources import Source, open_source

WAYS = ("nameless until whole", "named from the start", "no nameless files here")


@pytest.fixture(params=WAYS)
def folder(request, tmp_path, monkeypatch):
    """An empty folder, on systems with and without files that have no name."""
    if request.param == WAYS[1]:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    if request.param == WAYS[2]:
        monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY | os.O_RDWR | os.O_CREAT, raising=False)
    return tmp_path


@contextmanager
def umask(mask):
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def put(path, data=b"new\n"):
    with open_sink(str(path), []) as write:
        write(data)


def test_a_new_file_is_whole_and_alone(folder):
    data = os.urandom(3_000_000)
    with umask(0o027):
        put(folder / "out.csv", data)
    assert (folder / "out.csv").read_bytes() == data
    assert (mode(folder / "out.csv"), os.listdir(folder)) == (0o640, ["out.csv"])


@pytest.mark.parametrize("bits", [0o600, 0o444, 0o755])
def test_a_file_that_is_replaced_gives_its_permissions(folder, bits):
    old = folder / "out.csv"
    old.write_bytes(b"much longer than what is new\n")
    old.chmod(bits)
    with umask(0o022):
        put(old)
    assert (old.read_bytes(), mode(old), os.listdir(folder)) == (b"new\n", bits, ["out.csv"])


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError, BrokenPipeError])
@pytest.mark.parametrize("exists", [True, False])
def test_after_a_failure_everything_is_as_it_was(folder, error, exists):
    if exists:
        (folder / "out.csv").write_bytes(b"old\n")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def fail():
        with open_sink(str(folder / "out.csv"), []) as write:
            write(b"half of")
            raise error

    with pytest.raises((error, OutputError)):
        fail()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_the_old_file_stays_until_the_new_one_is_whole(folder):
    out = folder / "out.csv"
    out.write_bytes(b"old\n")
    with open_sink(str(out), []) as write:
        write(b"ne")
        assert out.read_bytes() == b"old\n"
        write(b"w\n")
        assert out.read_bytes() == b"old\n"
    assert out.read_bytes() == b"new\n"


def test_links_are_followed_and_stay_links(folder):
    (folder / "there").mkdir()
    link, dangling = folder / "link.csv", folder / "dangling.csv"
    (folder / "there" / "real.csv").write_bytes(b"old\n")
    link.symlink_to("there/real.csv")
    dangling.symlink_to("there/none.csv")
    put(link)
    put(dangling)
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert sorted(p.name for p in folder.iterdir()) == ["dangling.csv", "link.csv", "there"]
    assert {p.name: p.read_bytes() for p in (folder / "there").iterdir()} == {
        "real.csv": b"new\n",
        "none.csv": b"new\n",
    }


@pytest.mark.parametrize("name", ["a" * 251 + ".csv", "é" * 125 + ".csv", " ", "-x", "[b]\x1b\n.csv", "\udcff"])
def test_any_name_that_a_file_can_have_will_do(folder, name):
    put(folder / name)
    put(folder / name, b"newer\n")
    assert os.listdir(folder) == [name]
    assert (folder / name).read_bytes() == b"newer\n"


def test_two_at_a_time_do_not_disturb_each_other(folder):
    out = str(folder / "out.csv")
    with open_sink(out, []) as first, open_sink(out, []) as second:
        first(b"1\n")
        second(b"2\n")
    assert (folder / "out.csv").read_bytes() == b"1\n"  # the last to be finished
    assert os.listdir(folder) == ["out.csv"]


@pytest.mark.parametrize("way", ["itself", "a link", "a hard link", "a longer path"])
def test_an_output_that_is_an_input_is_refused(tmp_path, way):
    points = tmp_path / "p.csv"
    points.write_bytes(b"1,2\n")
    paths = {"itself": points, "a link": tmp_path / "l", "a hard link": tmp_path / "h", "a longer path": tmp_path / "d"}
    (tmp_path / "l").symlink_to(points)
    (tmp_path / "h").hardlink_to(points)
    (tmp_path / "d").mkdir()
    path = str(paths[way]) + ("/../p.csv" if way == "a longer path" else "")
    source = open_source(str(points))
    with (
        pytest.raises(OutputError, match=r"the output is the input .*: choose another file"),
        open_sink(path, [source]),
    ):
        raise AssertionError("it was opened")
    assert points.read_bytes() == b"1,2\n"


def test_a_copy_and_a_device_are_no_input(tmp_path):
    points = tmp_path / "p.csv"
    points.write_bytes(b"1,2\n")
    with open_sink(str(tmp_path / "copy.csv"), [open_source(str(points))]) as write:
        write(b"3\n")
    with open_sink("/dev/null", [open_source("/dev/null")]) as write:
        write(b"3\n")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("no/where.csv", "no such file or directory"),
        (".", "is a directory"),
        ("", "is a directory|no such file"),
        ("file/x", "not a directory"),
        ("loop", "too many levels of symbolic links"),
        ("a" * 256, "file name too long"),
    ],
)
def test_what_cannot_be_written_is_said_in_the_systems_words(tmp_path, monkeypatch, path, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match=message), open_sink(path, []):
        raise AssertionError("it was opened")
    assert sorted(os.listdir()) == ["file", "loop"]


def test_a_full_disk_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="/dev/full: no space left on device"), open_sink("/dev/full", []) as write:
        write(b"1")


def test_a_source_without_identity_is_never_the_output(tmp_path):
    with open_sink(str(tmp_path / "out"), [Source("<stdin>", [])]) as write:
        write(b"1")
    assert (tmp_path / "out").read_bytes() == b"1"
