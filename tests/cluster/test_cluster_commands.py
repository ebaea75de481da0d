"""Commands with --cluster local write the bytes and say the words that they do without it."""

import gzip
import json
import shlex
from pathlib import Path

import numpy as np
import pytest
import shell

from netgrad.cli.main import netgrad
from netgrad.errors import NetgradError, OutputError, PointsError, UsageError
from netgrad.stream import fold

NETS = shell.ROOT / "sample_nets"
XOR, MLP, CANCER = (str(NETS / name) for name in ("xor.yaml", "paper_2_3_3_1.yaml", "breast_cancer.npz"))
ROWS = [(i / 300, 1 - i / 200, i % 2, f"line {i}\nnext, one" if i % 3 else "t") for i in range(300)]


def command(line: str, **names: object) -> None:
    """Run a command in this process; errors are raised."""
    args = [str(names.get(word.strip("{}"), word)) for word in shlex.split(line)]
    netgrad.main(args=args, prog_name="netgrad", standalone_mode=False)


def csv(delimiter: str = ",", bad: str = "") -> bytes:
    lines = [delimiter.join([str(x1), str(x2), str(y), f'"{t}"']) for x1, x2, y, t in ROWS]
    lines = [delimiter.join(["x1", "x2", "y", "t"]), *lines[:200], *[bad] * bool(bad), *lines[200:], ""]
    return "\n".join(lines).encode()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the same points in every kind of file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fold, "ROWS", 32)
    files = {
        "p.csv": csv(), "q.csv": csv(), "semi.csv": csv(";"), "p.csv.gz": gzip.compress(csv()),
        "bad.csv": csv(bad="NA,1,0,t"), "wide.csv": csv().decode().encode("utf-16"),
        "far.csv": csv(bad="1e308,-1e308,1,t"), "cut.csv": csv()[:-1],
        "line.yaml": b"activation: identity\nlayers: [{W: [[5, -1]], b: [0.5]}]\n",
        "p.jsonl": b"".join(json.dumps({"x1": a, "x2": b, "y": y, "t": t}).encode() + b"\n" for a, b, y, t in ROWS),
    }  # fmt: skip
    for name, data in files.items():
        Path(name).write_bytes(data)
    np.save("p.npy", np.array([row[:2] for row in ROWS]))
    return tmp_path


def parquet(name: str) -> None:
    pa = pytest.importorskip("pyarrow")
    columns = dict(zip(("x1", "x2", "y", "t"), map(list, zip(*ROWS, strict=True)), strict=True))
    pytest.importorskip("pyarrow.parquet").write_table(pa.table(columns), name, row_group_size=70)


CASES = [
    "grad {XOR} p.csv -c x1,x2 -o {out}.csv",
    "grad {XOR} p.csv q.csv -c x1,x2 -o {out}.tsv",
    "grad {XOR} p.csv -c x1,x2 --keep t -o {out}.jsonl",
    "grad {XOR} p.csv -c x1,x2 -o {out}.json",
    "grad {XOR} p.csv -c x1,x2 -o {out}.npy",
    "grad {XOR} p.csv -c x1,x2 -o {out}.csv.gz",
    "grad {XOR} p.csv -c x1,x2 -o {out}.parquet",
    "grad {XOR} far.csv -c x1,x2 --bounds -o {out}.csv",
    "eval {XOR} semi.csv -d ; -c x1,x2 -o {out}.csv",
    "eval {XOR} p.csv.gz -c x1,x2 -o {out}.csv",
    "eval {XOR} wide.csv --encoding utf-16 -c x1,x2 -o {out}.csv",
    "eval {XOR} p.jsonl -c x1,x2 -o {out}.csv",
    "eval {XOR} p.npy -o {out}.csv",
    "eval {XOR} p.parquet p.csv -c x1,x2 -o {out}.csv",
    "grad {XOR} bad.csv p.csv -c x1,x2 --bad-rows skip --rejects {out}.rej.csv -o {out}.csv",
    "grad {XOR} bad.csv p.csv -c x1,x2 --bad-rows nan -o {out}.csv",
    "attr {XOR} p.csv -c x1,x2 --baseline mean --tol 1e-17 -o {out}.csv",
    "loss {MLP} p.csv -c x1,x2 --target y --each -o {out}.csv",
    "grad {XOR} cut.csv p.csv -c x1,x2 -o {out}.csv",
    "loss line.yaml bad.csv -c x1,x2 --target y --bad-rows skip --json -o {out}.json",
    "loss {MLP} p.csv q.csv -c x1,x2 --target y --json -o {out}.json",
    "sens {XOR} bad.csv p.csv -c x1,x2 --bad-rows skip --json -o {out}.json",
    "sens {XOR} p.csv -c x1,x2 -o {out}.csv",
    "sens {CANCER} {NETS}/breast_cancer.csv --json -o {out}.json",
]


@pytest.mark.parametrize("line", CASES)
def test_the_same_bytes_and_words(line, here, capfd):
    if "parquet" in line:
        parquet("p.parquet")
    line = line.replace("{NETS}", str(NETS))
    said = []
    for out, more in (("here", ""), ("there", " --cluster local --split 900")):
        try:
            command(line.replace("{out}", out) + more, XOR=XOR, MLP=MLP, CANCER=CANCER)
            error = None
        except NetgradError as raised:
            error = str(raised)
        said.append((capfd.readouterr(), error))
    assert said[0] == said[1]
    written = sorted(path.name for path in here.iterdir() if path.name.startswith(("here.", "there.", ".netgrad")))
    assert len(written) in (2, 4)
    for name in written[: len(written) // 2]:
        assert Path(name).read_bytes() == Path(name.replace("here", "there")).read_bytes(), name


@pytest.mark.parametrize("out", ["", "-o out.csv", "-o out/", "-o memory://out.csv", "-o memory://folder/"])
def test_a_bad_record_in_the_middle_ends_the_run_at_its_line(out, here, capfd):
    pytest.importorskip("fsspec")
    before = sorted(here.iterdir())
    with pytest.raises(PointsError) as found:
        command(f"grad {XOR} bad.csv -c x1,x2 {out} --cluster local --split 1000")
    assert str(found.value) == "bad.csv:335:1: column x1: 'NA' is not a number (a missing value?)"
    assert sorted(here.iterdir()) == before
    printed = capfd.readouterr().out
    assert (printed != "") == (out == "")
    if not out:
        with pytest.raises(PointsError):
            command(f"grad {XOR} bad.csv -c x1,x2")
        assert capfd.readouterr().out == printed


def test_a_folder_has_files_with_headers_and_a_manifest(here):
    command(f"grad {XOR} p.csv -c x1,x2 -o out/ --cluster local --split 3K")
    command(f"grad {XOR} p.csv -c x1,x2 -o whole.csv")
    manifest = json.loads(Path("out/MANIFEST.json").read_text())
    names = [part["file"] for part in manifest["parts"]]
    assert sorted(path.name for path in Path("out").iterdir()) == ["MANIFEST.json", *names]
    texts = [Path("out", name).read_bytes() for name in names]
    header = texts[0][: texts[0].index(b"\n") + 1]
    assert all(text.startswith(header) for text in texts)
    assert [len(text) for text in texts] == [part["bytes"] for part in manifest["parts"]]
    assert (manifest["rows"], len(names) > 2) == (300, True)
    assert header + b"".join(text[len(header) :] for text in texts) == Path("whole.csv").read_bytes()
    with pytest.raises(OutputError, match="out/: this folder is not empty: name a new one"):
        command(f"grad {XOR} p.csv -c x1,x2 -o out/ --cluster local")


def test_urls_are_read_and_written(here):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name in ("in/1.csv", "in/2.csv"):
        memory.pipe_file(f"/{name}", csv())
    memory.pipe_file("/xor.yaml", Path(XOR).read_bytes())
    memory.pipe_file("/p.npy", Path("p.npy").read_bytes())
    command(f"grad {XOR} p.csv q.csv -c x1,x2 -o here.csv")
    command(f"grad {XOR} p.npy -o npy.csv")
    for more in ("", "--cluster local --split 2000"):
        command(f"grad memory://xor.yaml 'memory://in/*.csv' -c x1,x2 -o memory://out.csv {more}")
        assert memory.cat("/out.csv") == Path("here.csv").read_bytes()
        command(f"grad memory://xor.yaml memory://p.npy -o memory://out.csv {more}")
        assert memory.cat("/out.csv") == Path("npy.csv").read_bytes()
    with pytest.raises(PointsError, match=r"memory://in/\*.tsv: no file matches"):
        command(f"grad {XOR} memory://in/*.tsv")


@pytest.mark.parametrize("more", ["", "--cluster local"])
def test_an_input_by_another_name_is_never_written_to(more, here):
    pytest.importorskip("fsspec").filesystem("memory").pipe_file("/in/1.csv", csv())
    names = ["p.csv", f"file://{here}/p.csv", "file://p.csv", f"local://{here}/p.csv"]
    for source in [*names, f"'file://{here}/p*.csv'"]:
        for target in names:
            with pytest.raises(OutputError, match=r"the output is the input .*p\.csv: choose another"):
                command(f"grad {XOR} {source} -c x1,x2 -o {target} {more}")
    for target in ("memory://in/1.csv", "memory:///in/1.csv"):
        with pytest.raises(OutputError, match="the output is the input memory"):
            command(f"grad {XOR} memory://in/1.csv -c x1,x2 -o {target} {more}")
    assert Path("p.csv").read_bytes() == csv()


class AnswerError(Exception):
    status = 403


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (None, "no such file or directory"),
        (ConnectionRefusedError(111, "Connect call failed"), "connect call failed"),
        (AnswerError(), "the server answers 403"),
    ],
    ids=str,
)
def test_a_server_that_is_not_there_is_no_missing_file(cause, reason):
    from netgrad.cluster.urls import failures

    with pytest.raises(PointsError) as found, failures("http://host/p.csv"):
        raise FileNotFoundError("http://host/p.csv") from cause
    assert str(found.value) == f"http://host/p.csv: {reason}"


def test_a_url_s_host_is_the_one_that_is_asked(monkeypatch):
    fsspec, urls = pytest.importorskip("fsspec"), pytest.importorskip("netgrad.cluster.urls")
    asked = []
    monkeypatch.setattr(fsspec, "filesystem", lambda scheme, **at: asked.append((scheme, at)))
    with pytest.raises(AttributeError):
        urls.file_system("ftp://host.invalid:2121/p.csv")
    assert asked == [("ftp", {"host": "host.invalid", "port": 2121})]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("grad {XOR} --x 1,2 --cluster local", "--cluster reads files that every machine can open, and --x is none"),
        ("grad {XOR} p.csv -c x1,x2 --split 1M", "--split is for --cluster"),
        ("grad {XOR} p.csv -c x1,x2 -o out/", "-o out/ is a folder, which takes csv, tsv and jsonl, and --cluster"),
        ("grad {XOR} p.csv --cluster nowhere", "--cluster takes tcp://HOST:PORT, tls://"),
        ("grad {XOR} p.csv --cluster tcp://127.0.0.1", "--cluster takes tcp://HOST:PORT, tls://"),
        ("grad {XOR} p.csv --cluster http://127.0.0.1:80", "--cluster takes tcp://HOST:PORT, tls://"),
        ("grad {XOR} reference://p.csv", "reference:// needs more than a URL"),
        ("grad {XOR} p.csv --cluster env", "--cluster env: DASK_SCHEDULER_ADDRESS is not set"),
        ("grad {XOR} nothing://p.csv", "there is no protocol 'nothing'"),
        ("grad {XOR} p.csv -c x1,x2 -o https://host/x.csv", "results can be written to a file or to s3://"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(line, error, here, monkeypatch):
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    with pytest.raises(UsageError) as found:
        command(line, XOR=XOR)
    assert str(found.value).startswith(error)


def test_a_file_system_that_is_taken_down_half_made_says_nothing_of_its_own(tmp_path):
    ran = shell.run(f"netgrad eval {XOR} ftp:///p.csv", tmp_path)
    problem = "netgrad: ftp:// needs more than a URL: s3, gs, abfs, hdfs and https do not"
    assert (ran.out, ran.err.splitlines()[0], len(ran.err.splitlines()), ran.code) == ("", problem, 1, 2)


def test_a_file_that_changes_while_it_is_read_is_refused(here, monkeypatch):
    from netgrad.cluster import spans

    stamp = spans.stamp
    monkeypatch.setattr(spans, "stamp", lambda path: (stamp(path)[0], "another time"))
    with pytest.raises(PointsError, match=r"p.csv: it has changed while it was read, or is another file on the worker"):
        command(f"grad {XOR} p.csv -c x1,x2 --cluster local")
