"""What `convert` writes: read back bit for bit, compiled, run, and held against the network."""

import json
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from nets_of_peers import network

from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError
from netgrad.formats import mat, onnx, write_c, write_mat, write_onnx, write_safetensors, write_source
from netgrad.formats.sigma_sources import NOTATIONS

RNG = np.random.default_rng(1)
BUILT = [name for name in NOTATIONS if name not in ("exp", "softmax")]
X = RNG.normal(size=(20, 3))
FLOAT32_ONLY = ("gelu", "arctan")  # cast where onnxruntime has no kernel of doubles


def net_of(activation, last="identity", n_out=2):
    layers = [(4, 3, activation), (4, 4, activation), (n_out, 4, last)]
    made = tuple(Layer(RNG.normal(size=(a, b)), RNG.normal(size=a), name) for a, b, name in layers)
    scaling = Scaling(RNG.normal(size=3), RNG.uniform(0.5, 2, 3))
    names = ("mass", "speed", "lift"), tuple(f"y{k}" for k in range(n_out))
    return Network(made, *names, scaling, "a \u00fc net")


NETS = {name: net_of(name) for name in BUILT} | {"softmax": net_of("tanh", "softmax", 3)}


def assert_same(draft, net):
    found = network(draft)
    assert [layer.activation for layer in found.layers] == [layer.activation for layer in net.layers]
    for a, b in zip(found.layers, net.layers, strict=True):
        assert a.W.tobytes() == b.W.tobytes()
        assert a.b.tobytes() == b.b.tobytes()
    assert (
        found.scaling.mean.tobytes() + found.scaling.std.tobytes()
        == net.scaling.mean.tobytes() + net.scaling.std.tobytes()
    )
    assert (found.inputs, found.outputs, found.name) == (net.inputs, net.outputs, net.name)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(("reader", "writer", "suffix"), [(onnx, write_onnx, "onnx"), (mat, write_mat, "mat")])
def test_files_read_back_bit_for_bit(tmp_path, name, reader, writer, suffix):
    path = str(tmp_path / f"net.{suffix}")
    writer.write(NETS[name], path)
    assert_same(reader.read(path), NETS[name])


@pytest.mark.parametrize(("reader", "writer", "suffix"), [(onnx, write_onnx, "onnx"), (mat, write_mat, "mat")])
def test_the_scaling_of_the_outputs_reads_back_bit_for_bit(tmp_path, reader, writer, suffix):
    net, path = NETS["tanh"], str(tmp_path / f"net.{suffix}")
    scaling = Scaling(RNG.normal(size=2), RNG.uniform(0.5, 2, 2))
    writer.write(scaled(net, scaling), path)
    draft = reader.read(path)
    assert_same(draft, net)
    assert [v.tobytes() for v in draft.output_scaling] == [scaling.mean.tobytes(), scaling.std.tobytes()]


def scaled(net, scaling):
    """The network with its outputs scaled, for a core that may not have such."""
    fields = {key: getattr(net, key) for key in ("layers", "inputs", "outputs", "scaling", "name", "sizes")}
    return SimpleNamespace(**fields, output_scaling=scaling)


@pytest.mark.parametrize("activation", ["leaky_relu(0.123456789012345)", "elu(0.3)"])
def test_parameters_of_activations_read_back_from_onnx(tmp_path, activation):
    path = str(tmp_path / "net.onnx")
    net = NETS["tanh"]
    layers = (replaced(net.layers[0], activation), *net.layers[1:])
    fields = {key: getattr(net, key) for key in ("inputs", "outputs", "scaling", "name", "sizes")}
    write_onnx.write(SimpleNamespace(**fields, layers=layers), path)
    assert onnx.read(path).layers[0].activation == activation


def replaced(layer, activation):
    return SimpleNamespace(W=layer.W, b=layer.b, activation=activation)


def test_safetensors_are_a_header_and_the_arrays_in_its_order(tmp_path):
    net, path = NETS["gelu"], tmp_path / "net.safetensors"
    write_safetensors.write(net, str(path))
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
    assert size % 8 == 0
    told = header.pop("__metadata__")
    assert json.loads(told["netgrad.activations"]) == ["gelu", "gelu", "identity"]
    assert (json.loads(told["netgrad.inputs"]), told["netgrad.name"]) == (["mass", "speed", "lift"], net.name)
    ends = [entry["data_offsets"] for entry in header.values()]
    assert [a for a, _ in ends] == [0, *(b for _, b in ends[:-1])]
    assert ends[-1][1] == len(body)
    for k, layer in enumerate(net.layers):
        for key, array in (("weight", layer.W), ("bias", layer.b)):
            entry = header[f"layers.{k}.{key}"]
            start, end = entry["data_offsets"]
            assert np.frombuffer(body[start:end], "<f8").reshape(entry["shape"]).tobytes() == array.tobytes()


def test_c_headers_compile_without_warnings_and_agree(tmp_path):
    includes, calls = [], []
    for name, net in NETS.items():
        write_c.write(net, str(tmp_path / f"net_{name}.h"))
        includes.append(f'#include "net_{name}.h"')
        calls.append(f'net_{name}(x, a); for (int k = 0; k < {net.sizes[-1]}; k++) printf("%.17g ", a[k]); puts("");')
    body = "\n".join(calls)
    points = ",".join(f"{{{','.join(map(repr, row))}}}" for row in X.tolist())
    source = "#include <stdio.h>\n{}\nint main(void) {{ static const double X[][3] = {{{}}}; double a[9];\n"
    source += "for (int p = 0; p < {}; p++) {{ const double *x = X[p];\n{}\n}} return 0; }}\n"
    (tmp_path / "main.c").write_text(source.format("\n".join(includes), points, len(X), body))
    flags = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O1"]
    subprocess.run(["gcc", *flags, "main.c", "-o", "main", "-lm"], cwd=tmp_path, check=True)
    lines = subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout.splitlines()
    for k, net in enumerate(NETS.values()):
        found = np.array([list(map(float, line.split())) for line in lines[k :: len(NETS)]])
        np.testing.assert_allclose(found, evaluate(net, X), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", NETS)
def test_numpy_sources_compute_the_network(tmp_path, name):
    path = tmp_path / "net.py"
    write_source.write(NETS[name], str(path))
    found = {}
    exec(compile(path.read_text(), str(path), "exec"), found)
    np.testing.assert_allclose(found["network"](X), evaluate(NETS[name], X), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("style", ["torch", "keras"])
def test_sources_of_frameworks_are_sound_python(tmp_path, style):
    for name, net in NETS.items():
        path = tmp_path / f"{name}_{style}.py"
        write_source.write(net, str(path), style)
        compile(path.read_text(), str(path), "exec")


def test_what_a_format_cannot_hold_is_refused(tmp_path):
    net = replace(NETS["tanh"], name="ends in a blank ")
    with pytest.raises(NetworkError, match="cannot be saved for MATLAB"):
        write_mat.write(net, str(tmp_path / "net.mat"))


def test_convert_writes_every_format(tmp_path):
    path = tmp_path / "net.json"
    path.write_text('{"layers": [{"W": [[1, 2]], "b": [3]}]}')
    for suffix in ("yaml", "npz", "safetensors", "onnx", "mat", "py", "h"):
        run = subprocess.run(
            [sys.executable, "-m", "netgrad", "convert", path, tmp_path / f"out.{suffix}"], capture_output=True
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
        assert (tmp_path / f"out.{suffix}").stat().st_size > 0
