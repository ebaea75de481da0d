"""S3, by moto's server on loopback: ranges read from it, an object of parts that tasks upload, and nothing torn."""

import os
import socket
import subprocess
import sys
import time

import pytest
import shell

pytest.importorskip("moto")
s3fs = pytest.importorskip("s3fs")
pytest.importorskip("flask")

pytestmark = pytest.mark.slow

XOR = shell.ROOT / "sample_nets" / "xor.yaml"
ROWS = b"".join(b'0.%03d,0.5,"%03d\n,"\n' % (i, i) for i in range(1000))
HEADER = b"x1,x2,t\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A bucket, and the environment that leads to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "us-east-1"}
    where = {**keys, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "PYTHONWARNINGS": ""}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with open(tmp_path_factory.mktemp("moto") / "log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in where.items():
            patch.setenv(name, value)
        try:
            yield bucket(), where
        finally:
            server.kill()
            server.wait()


def bucket():
    deadline = time.monotonic() + 60
    while True:
        try:
            files = s3fs.S3FileSystem(skip_instance_cache=True)
            files.mkdir("bucket")
            return files
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def test_an_object_has_the_bytes_of_a_file(store, tmp_path):
    """By parts of tasks, by few bytes that the driver joins, between two files, and without a cluster."""
    files, where = store
    large, small = HEADER + ROWS * 150, HEADER + ROWS[: ROWS.index(b"0.300")]
    for name, data in (("large.csv", large), ("small.csv", small)):
        files.pipe_file(f"bucket/in/{name}", data)
        (tmp_path / name).write_bytes(data)
    for names, split in ((["large"], "2M"), (["large"], "200K"), (["small", "large", "small"], "2M"), (["large"], "")):
        here = " ".join(f"{name}.csv" for name in names)
        assert shell.run(f"netgrad grad {XOR} {here} -c x1,x2 -o here.csv", tmp_path).err == ""
        there = " ".join(f"s3://bucket/in/{name}.csv" for name in names)
        more = f"--cluster local --split {split}" if split else ""
        ran = shell.run(f"netgrad grad {XOR} {there} -c x1,x2 -o s3://bucket/out.csv {more}", tmp_path, **where)
        assert (ran.err, ran.code) == ("", 0)
        files.invalidate_cache()
        assert files.cat("bucket/out.csv") == (tmp_path / "here.csv").read_bytes()
        assert files.call_s3("list_multipart_uploads", Bucket="bucket").get("Uploads", []) == []


def test_a_failed_run_leaves_the_old_object_and_no_upload(store, tmp_path):
    files, where = store
    files.pipe_file("bucket/bad.csv", HEADER + ROWS * 100 + b"NA,1,t\n" + ROWS)
    files.pipe_file("bucket/kept.csv", b"as it was\n")
    command = f"netgrad grad {XOR} s3://bucket/bad.csv -c x1,x2 -o s3://bucket/kept.csv"
    for more in ("--cluster local --split 2M", ""):
        ran = shell.run(f"{command} {more}", tmp_path, **where)
        error = "s3://bucket/bad.csv:200002:1: column x1: 'NA' is not a number (a missing value?)\n"
        assert (ran.out, ran.err, ran.code) == ("", error, 1)
        files.invalidate_cache()
        assert files.cat("bucket/kept.csv") == b"as it was\n"
        assert files.call_s3("list_multipart_uploads", Bucket="bucket").get("Uploads", []) == []


def test_a_folder_and_what_a_pattern_means(store, tmp_path):
    files, where = store
    for i in range(3):
        files.pipe_file(f"bucket/many/{i}.csv", HEADER + ROWS[: ROWS.index(b"0.150")])
    command = f"netgrad grad {XOR} 's3://bucket/many/*.csv' -c x1,x2"
    ran = shell.run(f"{command} -o s3://bucket/folder/ --cluster local --split 1000", tmp_path, **where)
    assert (ran.err, ran.code) == ("", 0)
    names = sorted(name for name in files.ls("bucket/folder", detail=False, refresh=True) if name.endswith(".csv"))
    texts = [files.cat(name) for name in names]
    head = texts[0][: texts[0].index(b"\n") + 1]
    whole = shell.run(f"{command} --cluster local", tmp_path, **where).out.encode()
    assert head + b"".join(text.removeprefix(head) for text in texts) == whole
    assert "MANIFEST.json" in os.path.basename(files.find("bucket/folder")[0])


def test_a_network_is_fetched(store, tmp_path):
    files, where = store
    files.pipe_file("bucket/xor.yaml", XOR.read_bytes())
    found = shell.run("netgrad grad s3://bucket/xor.yaml --x 1,2; netgrad info s3://bucket/xor.yaml", tmp_path, **where)
    assert found.err == ""
    assert found.out.startswith(shell.run(f"netgrad grad {XOR} --x 1,2").out)
    missing = shell.run("netgrad eval s3://bucket/none.yaml --x 1,2", tmp_path, **where)
    assert (missing.err, missing.code) == ("s3://bucket/none.yaml: no such file or directory\n", 1)
