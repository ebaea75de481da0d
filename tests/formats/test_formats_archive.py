"""ZIP archives: `zipfile` is the oracle for good ones; damaged, ambiguous and hostile ones end in one line."""

import io
import struct
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoo import ZOO, facts

from netgrad.errors import NetworkError
from netgrad.formats import limits, load, save
from netgrad.formats.archive import read_directory
from netgrad.formats.unpack import Unpacker


def zipped(members, method=zipfile.ZIP_STORED, comment=b""):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as writer, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that repeat
        writer.comment = comment
        for name, data in members:
            writer.writestr(name, data)
    return content.getvalue()


def npy(array):
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def contents(data):
    file = io.BytesIO(data)
    found = {}
    for name, member in read_directory(file).items():
        unpacker = Unpacker(file, member)
        found[name] = bytes(unpacker.take(member.size))
        unpacker.finish()
    return found


W, b = npy(np.array([[1.0, 2.0]])), npy(np.array([0.5]))
GOOD = [("W2.npy", W), ("b2.npy", b)]
CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


def patched(data, mark, at, layout, value):
    """`data` with one field of the first header of that kind replaced."""
    content = bytearray(data)
    struct.pack_into(layout, content, content.index(mark) + at, value)
    return bytes(content)


@settings(max_examples=60)
@given(
    members=st.dictionaries(st.text("abcé/", min_size=1), st.binary(max_size=300), max_size=4),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    comment=st.binary(max_size=40).filter(lambda c: END not in c),
)
def test_members_come_out_as_zipfile_put_them_in(members, method, comment):
    assert contents(zipped(members.items(), method, comment)) == members


def test_an_archive_written_to_a_pipe_is_read(tmp_path):
    class Pipe(io.RawIOBase):
        written = b""

        def writable(self):
            return True

        def write(self, data):
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data in GOOD:
            writer.writestr(name, data)
    assert contents(pipe.written) == dict(GOOD)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an empty file, expected a saved network"),
        (b"hello", "not an NPZ file: no ZIP archive"),
        (zipped(GOOD)[:-30], "the ZIP archive is cut off"),
        (zipped(GOOD)[:50], "the ZIP archive is cut off"),
        (b"x" + zipped(GOOD), "the ZIP archive is damaged: its directory is not where its end says"),
        (zipped(GOOD) + b"x", "the ZIP archive is damaged: its directory is not where its end says"),
        (zipped(GOOD).replace(CENTRAL, b"PK\1\1"), "the ZIP archive is damaged: its directory is shorter than it says"),
        (zipped([*GOOD, ("W2.npy", b)]), "member 'W2.npy' is there twice"),
        (zipped([*GOOD, ("x.txt", b"")]), "member 'x.txt' is not a .npy array"),
        (zipped([*GOOD, ("../W3.npy", b"")]), "unknown member '../W3'; known are"),
        (zipped(GOOD, zipfile.ZIP_LZMA), "member 'W2.npy' is packed by method 14, expected stored or deflate"),
        (patched(zipped(GOOD), CENTRAL, 8, "<H", 1), "member 'W2.npy' is encrypted"),
        (patched(zipped(GOOD), CENTRAL, 24, "<L", 99),
         f"member 'W2.npy' is stored as {len(W)} bytes, but should have 99"),
        (patched(zipped(GOOD), CENTRAL, 42, "<L", 5), "member W2.npy: it is not where the archive says"),
        (patched(zipped(GOOD), LOCAL, 30, "<B", 0x58), "member W2.npy: its own header says something else"),
        (patched(zipped(GOOD), LOCAL, 28, "<H", 40), "member W2.npy: it overlaps what comes after it"),
        (patched(zipped(GOOD), CENTRAL, 16, "<L", 7), "member W2.npy: its checksum is wrong, the file is damaged"),
        (zipped(GOOD).replace(W[-8:], b"12345678"), "member W2.npy: its checksum is wrong, the file is damaged"),
        (patched(zipped(GOOD, zipfile.ZIP_DEFLATED), CENTRAL, 24, "<L", 145),
         "member W2.npy: shape (1, 2) of <f8 takes 16 bytes, but there are 17"),
        (patched(zipped(GOOD, zipfile.ZIP_DEFLATED), CENTRAL, 24, "<L", 143),
         "member W2.npy: shape (1, 2) of <f8 takes 16 bytes, but there are 15"),
        (patched(zipped(GOOD, zipfile.ZIP_DEFLATED), CENTRAL, 20, "<L", 30), "member W2.npy: its content"),
        (patched(zipped(GOOD, zipfile.ZIP_DEFLATED), LOCAL, 36, "<L", 0xFFFFFFFF),
         "member W2.npy: it cannot be inflated, the file is damaged"),
    ],
    ids=map(str, range(22)),  # archives hold the time of day
)  # fmt: skip
def test_a_damaged_archive_is_refused_with_the_reason(data, message, error_of):
    assert error_of(data, ".npz").startswith(message)


def test_a_content_that_is_longer_than_the_archive_says_is_refused():
    data = patched(zipped([("a", b"x" * 50)], zipfile.ZIP_DEFLATED), CENTRAL, 24, "<L", 49)
    with pytest.raises(NetworkError, match="its content is not as long as the archive says"):
        contents(data)


def test_two_names_for_the_same_bytes_are_refused(error_of):
    data = zipped([("W2.npy", W), ("b2.npy", W)])
    second = data.rindex(CENTRAL)
    overlapping = bytearray(data)
    struct.pack_into("<L", overlapping, second + 42, 0)
    assert error_of(bytes(overlapping), ".npz").startswith("member")


def test_limits_are_checked_before_anything_is_unpacked(error_of, monkeypatch):
    zeros = zipped([("W2.npy", npy(np.zeros((300, 300)))), ("b2.npy", b)], zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(limits, "HARMLESS", 1000)
    unpacked = 300 * 300 * 8 + 128 + len(b)
    assert error_of(zeros, ".npz") == f"{len(zeros)} bytes that unpack to {unpacked}: a bomb, not weights"
    monkeypatch.setattr(limits, "MEMBERS", 1)
    assert error_of(zeros, ".npz") == "an archive of 2 members, but at most 1 are read"
    lie = patched(patched(zipped(GOOD), CENTRAL, 20, "<L", 2**32 - 1), CENTRAL, 24, "<L", 2**32 - 1)
    monkeypatch.setattr(limits, "MEMBERS", 10)
    assert error_of(lie, ".npz") == f"unpacks to {2**32 - 1 + len(b)} bytes, but at most 2 GiB are read"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "net.npz"
    save(ZOO["named"], path)
    return path


@given(st.data())
def test_any_damage_is_a_network_error_or_no_damage(saved, data):
    content = bytearray(saved.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = saved.with_name("damaged.npz")
    damaged.write_bytes(content)
    try:
        net = load(damaged)
    except NetworkError:
        return
    assert facts(net) == facts(ZOO["named"])  # the damage is to a date or a version


@pytest.mark.slow
def test_a_bomb_takes_no_memory(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.npz", "w", zipfile.ZIP_DEFLATED) as writer:
        with writer.open("W2.npy", "w") as member:
            header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (5000, 5000), }\n"
            member.write(b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header)
            for _ in range(200):
                member.write(bytes(10**6))
        writer.writestr("b2.npy", npy(np.zeros(5000)))
    code = (
        "import netgrad, sys, tracemalloc, numpy; tracemalloc.start()\n"
        "try: netgrad.load(sys.argv[1])\n"
        "except netgrad.NetgradError as error: print(tracemalloc.get_traced_memory()[1]); print(error.message)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "net.npz")]
    peak, message = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert message.endswith("a bomb, not weights")
    assert int(peak) < 20 * 2**20
