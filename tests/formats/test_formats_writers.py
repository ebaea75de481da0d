"""What `convert` writes: read back bit for bit, compiled, run, and held against the network."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from netgrad.core.activations import SIGMA
from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError
from netgrad.formats import write_c, write_mat, write_safetensors, write_source

RNG = np.random.default_rng(1)
BUILT = [*(name for name in SIGMA if name != "softmax"), "relu(0.5)", "leaky_relu(0.2)", "elu(0.3)"]
X = RNG.normal(size=(20, 3))
FLOAT32_ONLY = ("gelu", "arctan")  # cast where onnxruntime has no kernel of doubles


def net_of(activation, last="identity", n_out=2):
    layers = [(4, 3, activation), (4, 4, activation), (n_out, 4, last)]
    made = tuple(Layer(RNG.normal(size=(a, b)), RNG.normal(size=a), name) for a, b, name in layers)
    scaling = Scaling(RNG.normal(size=3), RNG.uniform(0.5, 2, 3))
    names = ("mass", "speed", "lift"), tuple(f"y{k}" for k in range(n_out))
    output_scaling = Scaling(RNG.normal(size=n_out), RNG.uniform(0.5, 2, n_out))
    return Network(made, *names, scaling, "a \u00fc net", output_scaling)


NETS = {name: net_of(name) for name in BUILT} | {"softmax": net_of("tanh", "softmax", 3)}


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


@pytest.mark.parametrize("stem", ["exp", "int", "main", "2"])
def test_a_c_header_is_called_what_c_leaves_free(tmp_path, stem):
    write_c.write(NETS["tanh"], str(tmp_path / f"{stem}.h"))
    assert f"void net_{stem}(" in (tmp_path / f"{stem}.h").read_text()


def test_c_headers_compile_without_warnings_and_agree(tmp_path):
    includes, calls = [], []
    for k, net in enumerate(NETS.values()):
        stem = f"net_{k}"
        write_c.write(net, str(tmp_path / f"{stem}.h"))
        includes.append(f'#include "{stem}.h"')
        calls.append(f'{stem}(x, a); for (int k = 0; k < {net.sizes[-1]}; k++) printf("%.17g ", a[k]); puts("");')
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
