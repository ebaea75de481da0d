"""Points and results that are no CSV text: .npy, Parquet, compressed files."""

import bz2
import gzip
import lzma

import numpy as np
import pytest
import shell

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
        (np.zeros((2, 2, 2)), "expected one array of real numbers with rows and columns"),
        (np.zeros((2, 2), complex), "expected one array of real numbers with rows and columns"),
        (np.array([{}], object), "no array of numbers: "),
    ],
)
def test_an_array_that_is_no_table_is_refused(tmp_path, array, problem):
    np.save(tmp_path / "bad.npy", array)
    ran = shell.run(f"netgrad grad {XOR} bad.npy", cwd=link(tmp_path))
    assert (ran.out, ran.code) == ("", 1)
    assert ran.err.startswith(f"bad.npy: {problem}")
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
    polars = pytest.importorskip("polars")
    table = as_csv(POINTS).splitlines()
    rows = [f"{k:03d},{line}" for k, line in enumerate(table[1:])]
    (tmp_path / "points.csv").write_text("\n".join([f"id,{table[0]}", *rows]) + "\n")
    shell.run(f"netgrad grad {XOR} {tmp_path}/points.csv -o {tmp_path}/results.parquet")
    found = polars.read_parquet(tmp_path / "results.parquet")
    assert found["id"].to_list() == ["000", "001", "002", "003"]
    assert found.select("x1", "x2").to_numpy().tolist() == POINTS.tolist()
    again = shell.run(f"netgrad grad {XOR} {tmp_path}/results.parquet --keep none --prefix b_ -o {tmp_path}/b.npy")
    assert again == ("", "", 0)
    assert np.load(tmp_path / "b.npy").tolist() == found.select("a", "da_dx1", "da_dx2").to_numpy().tolist()


def test_without_polars_the_extra_is_named(tmp_path):
    hidden = tmp_path / "polars.py"
    hidden.write_text("raise ModuleNotFoundError('No module named polars')\n")
    ran = shell.run(f"netgrad grad {XOR} {tmp_path}/points.parquet; netgrad grad {XOR} --x 1,1 --format parquet",
                    PYTHONPATH=str(tmp_path))  # fmt: skip
    assert "points.parquet: no such file or directory" in ran.err
    assert "netgrad: Parquet needs the extra fast: pip install 'netgrad[fast]'" in ran.err
