"""Arrays of .npy members: NumPy's own writer is the oracle, headers that lie are refused before memory is taken."""

import io
import zipfile

import hypothesis.extra.numpy as npst
import numpy as np
import pytest
from hypothesis import given, settings

from netgrad.errors import NetworkError
from netgrad.formats.archive import read_directory
from netgrad.formats.npy import read_array, write_array
from netgrad.formats.unpack import Unpacker

numbers = npst.floating_dtypes(sizes=(16, 32, 64)) | npst.integer_dtypes() | npst.unsigned_integer_dtypes()


def npy(array, version=None):
    content = io.BytesIO()
    np.lib.format.write_array(content, array, version, allow_pickle=True)
    return content.getvalue()


def with_header(header, data=b"", version=b"\1\0"):
    text = header.encode("latin-1")
    return b"\x93NUMPY" + version + len(text).to_bytes(2 if version == b"\1\0" else 4, "little") + text + data


def described(descr, shape, data=b""):
    return with_header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n", data)


def read(content, method=zipfile.ZIP_STORED):
    """The array that such a member of an archive holds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("W2.npy", content)
    return read_array(Unpacker(file, read_directory(file)["W2.npy"]))


@settings(max_examples=60)
@given(npst.arrays(numbers, npst.array_shapes(min_dims=0, max_dims=2, min_side=0)))
def test_numbers_are_read_as_numpy_writes_them(array):
    if array.dtype.kind in "iu" and array.size and max(map(abs, array.ravel().tolist())) > 2**53:
        with pytest.raises(NetworkError, match="an integer beyond 2"):
            read(npy(array))
        return
    for written in (array, np.asfortranarray(array)):
        for version in ((1, 0), (2, 0), (3, 0)):
            got = read(npy(written.reshape(array.shape), version), zipfile.ZIP_DEFLATED)
            assert got.dtype == np.float64
            with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
                np.testing.assert_array_equal(got, array.astype(np.float64), strict=True)


@pytest.mark.parametrize("dtype", [np.int64, np.uint64, ">i8"])
def test_an_integer_that_is_no_float64_is_refused(dtype):
    assert read(npy(np.array([2**53], dtype))).tolist() == [2.0**53]
    for integer in (2**53 + 1, 2**63 - 1):
        with pytest.raises(NetworkError, match="an integer beyond 2"):
            read(npy(np.array([1, integer], dtype)))


@pytest.mark.parametrize("texts", ["a", "é😀", ["a", "bcd", ""], np.array(["x", "é"], ">U7"), [b"a", "é".encode()]])
def test_texts_are_read_as_numpy_writes_them(texts):
    array = np.array(texts)
    expected = np.char.decode(array, "utf-8") if array.dtype.kind == "S" else array
    assert read(npy(array)).tolist() == expected.tolist()


@pytest.mark.parametrize("array", [np.arange(6.0).reshape(2, 3), np.array(1.5), np.array(["é", "xy"]), np.ones((0, 3))])
def test_what_is_written_numpy_reads(array):
    got = np.load(io.BytesIO(write_array(array)), allow_pickle=False)
    np.testing.assert_array_equal(got, array, strict=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a .npy array of version 1, 2 or 3"),
        (b"\x93NUM", "not a .npy array of version 1, 2 or 3"),
        (b"\x93NUMPY\4\0" + b"\0" * 20, "not a .npy array of version 1, 2 or 3"),
        (b"\x93NUMPY\1\0", "its content ends too early"),
        (with_header("x" * 5000), "a header of 5000 bytes, but a plain array needs no more than 4096"),
        (b"\x93NUMPY\2\0\xff\xff\xff\xff", "a header of 4294967295 bytes, but a plain array needs no more than 4096"),
        (with_header("(" * 4000), f"not the header of a plain array: '{'(' * 60}…'"),
        (with_header("{}"), "not the header of a plain array: '{}'"),
        (with_header("open('x')"), "not the header of a plain array: 'open('x')'"),
        (described("[('a', '<f8')]", "(1,)"), "not the header of a plain array: '{'descr': [('a', '<f8')],"),
        (npy(np.array([None])), "an array of Python objects (a pickle); these are never read"),
        (npy(np.ones(2, complex)), "dtype '<c16', expected floats, integers or texts"),
        (npy(np.ones(2, bool)), "dtype '|b1', expected floats, integers or texts"),
        (npy(np.ones(2, np.longdouble)), f"dtype '{np.dtype(np.longdouble).str}', expected floats"),
        (npy(np.zeros(2, "M8[s]")), "dtype '<M8[s]', expected floats, integers or texts"),
        (described("'<f3'", "(1,)"), "dtype '<f3', expected floats, integers or texts"),
        (described("'<U0'", "(1,)"), "dtype '<U0', expected floats, integers or texts"),
        (npy(np.ones((1, 1, 1))), "shape (1, 1, 1), but a network has vectors and matrices"),
        (described("'<f8'", "(9999999999999,)"), "shape '(9999999999999,)', which no array has"),
        (described("'<f8'", "(-1,)"), "not the header of a plain array"),
        (described("'<f8'", "(1000000, 1000000)"),
         "shape (1000000, 1000000) of <f8 takes 8000000000000 bytes, but there are 0"),
        (npy(np.ones(2)) + b"x", "shape (2,) of <f8 takes 16 bytes, but there are 17"),
        (npy(np.ones(2))[:-1], "shape (2,) of <f8 takes 16 bytes, but there are 15"),
        (described("'<U1'", "()", b"\xff\xff\xff\x7f"), "a text that is not Unicode"),
        (described("'<U1'", "()", b"\x00\xd8\x00\x00"), "a text that is not Unicode"),
        (described("'|S2'", "()", b"\xe9x"), "a text that is not Unicode"),
    ],
)  # fmt: skip
def test_what_is_no_plain_array_is_refused_with_the_reason(content, message):
    with pytest.raises(NetworkError) as caught:
        read(content)
    assert str(caught.value).startswith(message)
