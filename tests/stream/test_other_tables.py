"""Points and results that are no CSV text: .npy, Parquet, compressed files."""

import bz2
import gzip
import lzma

import numpy as np
import pytest
import shell

from netgrad.stream.sources import open_source

pytestmark = pytest.mark.slow  # processes

XOR = "sample_nets/xor.yaml"
POINTS = np.array([[0.1, 0.2], [1.0, 1.0], [1e-300, -0.0], [1 / 3, 2.5e17]])


def as_csv(X, header="x1,x2\n"):
    return header + "".join(",".join(map(repr, row)) + "\n" for row in X.tolist())


@pytest.fixture
def answers(tmp_path):
    """Text that the command prints for the points as CSV."""
    (tmp_path / "points.csv").write_text(as_csv(POINTS))
    ran = shell.run(f"netgrad grad {XOR} {tmp_path}/points.csv")
    assert ran.code == 0
    return ran.out


@pytest.mark.parametrize("dtype", ["<f8", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_npy_file_is_answered_as_its_numbers_in_csv_are(tmp_path, answers, dtype, order):
    np.save(tmp_path / "points.npy", np.asarray(POINTS, dtype, order=order))
    assert shell.run(f"netgrad grad {XOR} {tmp_path}/points.npy") == (answers, "", 0)


def test_npy_results_are_those_of_the_csv(tmp_path, answers):
    ran = shell.run(f"netgrad grad {XOR} {tmp_path}/points.csv -o {tmp_path}/results.npy")
    assert ran == ("", "", 0)
    cells = [line.split(",")[2:] for line in answers.splitlines()[1:]]
    assert np.load(tmp_path / "results.npy", allow_pickle=False).tolist() == [[float(c) for c in row] for row in cells]


@pytest.mark.parametrize(
    ("array", "problem"),
    [
        (np.zeros((2, 2, 2)), "shape (2, 2, 2), expected rows and columns"),
        (np.zeros((2, 0)), "shape (2, 0), which has no columns"),
        (np.zeros((2, 2), complex), "dtype '<c16', expected floats of at most 8 bytes, or integers"),
        (np.zeros((2, 2), bool), "dtype '|b1', expected floats of at most 8 bytes, or integers"),
        (np.array([{}], object), "dtype '|O', expected floats of at most 8 bytes, or integers"),
        (np.zeros(2, [("x", "f8")]), "not the header of a plain array: "),
        (np.array([[1, 2], [2**53 + 1, 3]]), "2: 9007199254740993 in column 1 is beyond 2^53 and no float64"),
    ],
)
def test_an_array_that_is_no_table_is_refused(tmp_path, array, problem):
    np.save(tmp_path / "bad.npy", array)
    ran = shell.run(f"netgrad grad {XOR} bad.npy", cwd=link(tmp_path))
    assert (ran.out, ran.code) == ("", 1)
    assert ran.err.removeprefix("bad.npy:").lstrip().startswith(problem)
    assert ran.err.count("\n") == 1


def link(folder):
    (folder / "sample_nets").symlink_to(shell.ROOT / "sample_nets")
    return folder


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_a_compressed_file_is_answered_as_its_content_is(tmp_path, answers, suffix, compress):
    (tmp_path / f"points.csv{suffix}").write_bytes(compress(as_csv(POINTS).encode()))
    assert shell.run(f"netgrad grad {XOR} {tmp_path}/points.csv{suffix}") == (answers, "", 0)


def test_parquet_goes_in_and_out_with_ids_as_text_and_numbers_bit_for_bit(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = as_csv(POINTS).splitlines()
    rows = [f"{k:03d},{line}" for k, line in enumerate(table[1:])]
    (tmp_path / "points.csv").write_text("\n".join([f"id,{table[0]}", *rows]) + "\n")
    shell.run(f"netgrad grad {XOR} {tmp_path}/points.csv -c x1,x2 -o {tmp_path}/results.parquet")
    found = parquet.read_table(tmp_path / "results.parquet").to_pydict()
    assert found["id"] == ["000", "001", "002", "003"]
    assert list(zip(found["x1"], found["x2"], strict=True)) == list(map(tuple, POINTS.tolist()))
    again = f"netgrad grad {XOR} {tmp_path}/results.parquet -c x1,x2 --keep none --prefix b_ -o {tmp_path}/b.npy"
    assert shell.run(again) == ("", "", 0)
    results = zip(found["a"], found["da_dx1"], found["da_dx2"], strict=True)
    assert np.load(tmp_path / "b.npy").tolist() == list(map(list, results))


def test_a_parquet_path_is_taken_as_it_is_and_its_cells_as_text_says_them(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    for x1, name in ((0.1, "t[1]"), (0.5, "t1")):
        columns = {"x1": pa.array([x1, None], pa.float32()), "x2": [1, 2], "t": ['a,"b', None], "on": [True, None]}
        parquet.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    ran = shell.run("netgrad eval sample_nets/xor.yaml 't[1].parquet' -c x1,x2 --bad-rows nan -q", cwd=link(tmp_path))
    a = "0.9999542910219775"
    assert ran == (f'x1,x2,t,on,a\n0.10000000149011612,1,"a,""b",true,{a}\n,2,,,nan\n', "", 0)


def test_damaged_parquet_is_refused_in_one_line(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"x1": [[1]], "x2": [1]}), tmp_path / "nested.parquet")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "nested.parquet").read_bytes()[:100])
    for name, problem in (("nested", "column 'x1' is list<element: int64>"), ("cut", "no Parquet table: ")):
        ran = shell.run(f"netgrad eval sample_nets/xor.yaml {tmp_path}/{name}.parquet")
        assert ran.err.startswith(f"{tmp_path}/{name}.parquet: {problem}")
        assert (ran.out, ran.code, ran.err.count("\n")) == ("", 1, 1)


def test_an_array_without_rows_gives_a_header(tmp_path):
    np.save(tmp_path / "points.npy", np.zeros((0, 2)))
    assert shell.run(f"netgrad eval {XOR} {tmp_path}/points.npy") == ("x1,x2,a\n", "", 0)


def test_integers_stay_what_they_are(tmp_path):
    np.save(tmp_path / "points.npy", np.array([[1, 0]], np.int8))
    assert shell.run(f"netgrad eval {XOR} {tmp_path}/points.npy").out.splitlines()[1].startswith("1,0,0.99995")


def test_what_has_arrived_compressed_is_answered(tmp_path):
    zlib_part = (
        "import sys, time, zlib; c = zlib.compressobj(wbits=31);"
        "w = sys.stdout.buffer.write; w(c.compress(b'0,1\\n') + c.flush(zlib.Z_SYNC_FLUSH)); sys.stdout.flush();"
        "sys.stdin.readline(); w(c.flush())"
    )
    ran = shell.run(
        f'mkfifo go; exec 3<> go; python -c "{zlib_part}" <&3 | netgrad eval {shell.ROOT}/{XOR} |'
        "{ read -r header; read -r row; echo $row; echo >&3; }", cwd=tmp_path)  # fmt: skip
    assert ran.out.startswith("0,1,0.99995")


def test_without_pyarrow_the_extra_is_named(tmp_path):
    hidden = tmp_path / "pyarrow.py"
    hidden.write_text("raise ModuleNotFoundError('No module named pyarrow')\n")
    ran = shell.run(f"netgrad grad {XOR} {tmp_path}/points.parquet; netgrad grad {XOR} --x 1,1 --format parquet",
                    PYTHONPATH=str(tmp_path))  # fmt: skip
    assert "points.parquet: no such file or directory" in ran.err
    assert "netgrad: Parquet needs the extra parquet: pip install 'netgrad[parquet]'" in ran.err


def test_texts_of_a_parquet_file_that_stand_in_many_rows_are_read_in_parts(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    texts = ["a" * (1 << 20), None, "b", 'c,"d\n'] * 18
    pq.write_table(pa.table({"t": pa.array(texts), "x": np.arange(72.0)}), tmp_path / "t.parquet")
    header, *blocks = open_source(str(tmp_path / "t.parquet")).blocks
    assert header == b"t,x\n"
    assert max(map(len, blocks)) < 12 << 20
    assert len(blocks) > 1
    cells = ["a" * (1 << 20), "", "b", '"c,""d\n"'] * 18
    assert b"".join(blocks).decode() == "".join(f"{t},{float(i)}\n" for i, t in enumerate(cells))
