"""`load` and `save`: which module reads what, errors of the file system, files that are never torn."""

import os
import subprocess
import sys

import numpy as np
import pytest
from zoo import ZOO, facts

from netgrad.core.network import Layer, Network
from netgrad.errors import NetworkError, OutputError
from netgrad.formats import load, save

XOR = ZOO["xor"]

KNOWN = ".yaml, .yml, .json, .npz, .safetensors, .onnx, .mat, .py, .h"


def error_of(path):
    with pytest.raises(NetworkError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("net", "no such file or directory"),
        ("net.yaml", "no such file or directory"),
        ("net.npz", "no such file or directory"),
        ("no/net.json", "no such file or directory"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_the_reason(name, message, tmp_path):
    assert error_of(tmp_path / name) == f"{tmp_path}/{name}: {message}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "net.ymal",
            f"'.ymal' is no suffix of a network (did you mean '.yml'?); a network is saved as {KNOWN}",
        ),
        (
            "net.pt",
            f"'.pt' is not written; a network is saved as {KNOWN}",
        ),
        ("net", f"no suffix; a network is saved as {KNOWN}"),
    ],
)
def test_a_suffix_that_is_not_written_is_refused(name, message, tmp_path):
    with pytest.raises(NetworkError) as caught:
        save(XOR, tmp_path / name)
    assert str(caught.value) == f"{tmp_path}/{name}: {message}"


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".npz"])
def test_a_directory_is_called_one(suffix, tmp_path):
    (tmp_path / f"net{suffix}").mkdir()
    assert error_of(tmp_path / f"net{suffix}").endswith(": a directory, expected a file")


def test_a_suffix_in_capitals_is_known(tmp_path):
    save(XOR, tmp_path / "NET.YAML")
    assert facts(load(tmp_path / "NET.YAML")) == facts(XOR)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_network_is_read_from_a_pipe(tmp_path):
    save(XOR, tmp_path / "net.yaml")
    os.mkfifo(tmp_path / "fifo.yaml")
    with subprocess.Popen(["cp", tmp_path / "net.yaml", tmp_path / "fifo.yaml"]):
        assert facts(load(tmp_path / "fifo.yaml")) == facts(XOR)


@pytest.mark.parametrize(("suffix", "unwanted"), [
    (".yaml", {"json", "zipfile", "difflib", "tempfile", "numpy.lib.format_"}),
    (".json", {"yaml", "zipfile", "difflib", "tempfile"}),
    (".npz", {"yaml", "json", "zipfile", "difflib", "tempfile"}),
])  # fmt: skip
def test_loading_imports_nothing_of_the_other_formats(suffix, unwanted, tmp_path):
    save(XOR, tmp_path / f"net{suffix}")
    code = (
        "import sys, numpy; before = set(sys.modules); import netgrad; netgrad.load(sys.argv[1]);"
        "print(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / f"net{suffix}")]
    imported = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert "netgrad.formats.document" in imported or suffix == ".npz"
    assert imported & unwanted == set()


def test_a_new_file_has_the_permissions_of_the_umask_and_an_old_one_keeps_its_own(tmp_path):
    before = os.umask(0o027)
    try:
        save(XOR, tmp_path / "new.yaml")
    finally:
        os.umask(before)
    assert (tmp_path / "new.yaml").stat().st_mode & 0o777 == 0o640
    (tmp_path / "new.yaml").chmod(0o604)
    save(XOR, tmp_path / "new.yaml")
    assert (tmp_path / "new.yaml").stat().st_mode & 0o777 == 0o604


def test_a_link_is_followed(tmp_path):
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    save(XOR, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert facts(load(tmp_path / "target.json")) == facts(XOR)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    save(XOR, tmp_path / "net.yaml")

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(OutputError) as caught:
        save(ZOO["deep"], tmp_path / "net.yaml")
    assert str(caught.value) == f"{tmp_path}/net.yaml: no space left on device"
    assert [path.name for path in tmp_path.iterdir()] == ["net.yaml"]
    assert facts(load(tmp_path / "net.yaml")) == facts(XOR)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_device_is_written_straight_through(tmp_path):
    (tmp_path / "full.yaml").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="no space left on device"):
        save(XOR, tmp_path / "full.yaml")


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".npz"])
def test_half_a_surrogate_pair_is_not_saved(suffix, tmp_path):
    net = Network.of([([[1.0]], [0.0])], name="\ud800")
    with pytest.raises(NetworkError, match=r"'\\ud800'"):
        save(net, tmp_path / f"net{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".npz"])
def test_other_dtypes_and_orders_are_saved_by_value(suffix, tmp_path):
    W, b = np.asfortranarray([[1, 2], [3, 4], [5, 6]], np.float32), np.array([0.1, 0.2, 0.3], ">f4")
    save(Network((Layer(W, b),)), tmp_path / f"net{suffix}")
    layer = load(tmp_path / f"net{suffix}").layers[0]
    assert layer.W.dtype == layer.b.dtype == np.float64
    assert (layer.W == W).all()
    assert (layer.b == b).all()
