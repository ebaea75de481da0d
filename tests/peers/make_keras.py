"""Keras files of all kinds, and what was in them, for tests/formats/test_formats_keras.py.

pip install keras==3.15.1 h5py jax && python tests/peers/make_keras.py /tmp/keras
pip install tensorflow tf_keras==2.21.0 && python tests/peers/make_keras.py /tmp/keras 2

tests/peers/pack.py packs the folder.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

OUT, MAJOR = Path(sys.argv[1]), 2 if sys.argv[2:] else 3
os.environ["KERAS_BACKEND"] = "jax"
if MAJOR == 2:
    import tf_keras as keras
else:
    import keras
L = keras.layers
RNG = np.random.default_rng(1)
SLOPE = {"alpha": 0.2} if MAJOR == 2 else {"negative_slope": 0.2}
NAMES = {"swish": "silu", "linear": "identity", "leaky_relu": "leaky_relu(0.2)", "exponential": "exp", "relu6": "relu6"}
OUT.mkdir(parents=True, exist_ok=True)
FILE = OUT / "expected.json"
EXPECTED = json.loads(FILE.read_text()) if FILE.exists() else {}


def randomize(model):
    for w in model.weights:
        if w.shape and "count" not in w.name:
            positive = "variance" in w.name
            w.assign(RNG.uniform(0.5, 2, w.shape) if positive else RNG.normal(size=w.shape))


def numbers(a):
    return np.asarray(a, np.float64).reshape(-1).tolist()


def told(layer):
    """Steps of one layer, from the live model."""
    kind, config = type(layer).__name__, layer.get_config()
    if kind in ("Sequential", "Functional"):
        return [step for inner in layer.layers for step in told(inner)]
    if kind == "Dense":
        W, *b = (np.asarray(w, np.float64) for w in layer.get_weights())
        name = config["activation"] if isinstance(config["activation"], str) else "leaky_relu(0.2)"
        name = "hard_sigmoid2" if MAJOR == 2 and name == "hard_sigmoid" else NAMES.get(name, name)
        step = {"W": W.T.tolist(), "b": (b[0] if b else np.zeros(W.shape[1])).tolist(), "activation": name}
        if name == "hard_sigmoid2":
            step["activation"] = "clip(-2.5,2.5)"
            return [step, {"mul": [0.2] * W.shape[1]}, {"add": [0.5] * W.shape[1]}]
        return [step]
    if kind == "Activation":
        return [{"activation": NAMES.get(config["activation"], config["activation"])}]
    if kind == "LeakyReLU":
        return [{"activation": "leaky_relu(0.2)"}]
    if kind == "ELU":
        return [{"activation": f"elu({round(float(config['alpha']), 6)})"}]
    if kind == "ReLU":
        top = config["max_value"]
        return [{"activation": "relu" if top is None else f"clip(0,{top})"}]
    if kind == "Softmax":
        return [{"activation": "softmax"}]
    if kind == "BatchNormalization":
        named = {w.name.split("/")[-1].split(":")[0]: numbers(w) for w in layer.weights}
        n = len(named["moving_mean"])
        gamma, beta = named.get("gamma", [1.0] * n), named.get("beta", [0.0] * n)
        return [{"mean": named["moving_mean"], "var": named["moving_variance"], "gamma": gamma, "beta": beta,
                 "eps": config["epsilon"]}]  # fmt: skip
    if kind == "Normalization":
        mean, var = (numbers(a) for a in (layer.mean, layer.variance))
        return [{"sub": mean}, {"div": [max(v**0.5, 1e-7) for v in map(float, var)]}]
    if kind == "Rescaling":
        n = 3
        scale, offset = (np.broadcast_to(np.asarray(config[k], float), n).tolist() for k in ("scale", "offset"))
        return [{"mul": scale}, {"add": offset}]
    return []


def save(name, model, kinds=(".keras", ".h5")):
    steps = [step for layer in model.layers for step in told(layer)]
    for kind in kinds:
        path = OUT / f"k{MAJOR}_{name}{kind}"
        (model.save_weights if "weights" in kind or "bare" in name else model.save)(path)
        EXPECTED[path.name] = {"layers": steps, "x": RNG.normal(size=model.input_shape[-1]).tolist()}


def main():
    functions = [
        "relu",
        "tanh",
        "sigmoid",
        "elu",
        "selu",
        "gelu",
        "swish",
        "softplus",
        "softsign",
        "hard_sigmoid",
        "exponential",
    ]
    functions += ["leaky_relu", "relu6"] if MAJOR == 3 else []
    for name in functions:
        model = keras.Sequential([L.Input((3,)), L.Dense(4, name), L.Dense(2)])
        randomize(model)
        save(f"act_{name}", model, [".keras"])
    normal = L.Normalization(axis=-1)
    normal.adapt(RNG.normal(2, 3, size=(50, 3)))
    given = L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 0.5, 2.0])
    models = {
        "plain": [
            L.Dense(4, "tanh", name="zeta"),
            L.Dropout(0.5),
            L.Dense(3, use_bias=False, name="alpha"),
            L.LeakyReLU(**SLOPE),
            L.Dense(1, "sigmoid", name="beta"),
        ],
        "slopes": [L.Dense(4), L.ELU(alpha=0.7), L.Dense(4), L.ReLU(max_value=4.0), L.Dense(3), L.Softmax()],
        "batch": [
            L.Dense(4, "tanh"),
            L.BatchNormalization(),
            L.Dense(4),
            L.BatchNormalization(scale=False),
            L.Activation("relu"),
            L.Dense(2, "softmax"),
        ],
        "normal": [normal, L.Dense(4, "relu"), L.Dense(1)],
        "given": [given, L.Dense(4, "relu"), L.Dense(1)],
        "rescaled": [
            L.Rescaling(1 / 127.5, offset=-1),
            L.Flatten(),
            L.Dense(4, "relu"),
            L.Dense(2),
            L.BatchNormalization(center=False),
        ],
        "nested": [
            keras.Sequential([L.Input((3,)), L.Dense(4, "tanh", name="dense_a"), L.BatchNormalization()], name="enc"),
            L.Dense(3, "relu", name="dense_b"),
            keras.Sequential([L.Input((3,)), L.Dense(2, "tanh", name="dense_c")], name="dec"),
        ],
        "many": [L.Dense(5, "tanh") for _ in range(11)] + [L.Dense(1)],
    }
    for name, layers in models.items():
        model = keras.Sequential([L.Input((3,)), *layers])
        if name not in ("normal", "given"):
            randomize(model)
        save(name, model)
    x = L.Input((3,), name="pixels")
    y = L.Dense(5, "relu", name="zeta")(x)
    y = L.Dense(4, "tanh", name="alpha")(y)
    y = L.Dropout(0.1)(y)
    model = keras.Model(x, L.Dense(2, name="beta")(y))
    randomize(model)
    save("functional", model)
    model = keras.Sequential([L.Input((3,)), *[L.Dense(n, "tanh") for n in (3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2)]])
    randomize(model)
    save("dense12", model, [".weights.h5"])
    if MAJOR == 2:
        save("bare", model, [".h5"])
    refused()
    FILE.write_text(json.dumps(EXPECTED))


def refused():
    x = L.Input((3,), name="x")
    shared = L.Dense(3, name="shared")
    models = {
        "shared": keras.Model(x, shared(shared(x))),
        "branch": keras.Model(x, L.Concatenate(name="cat")([L.Dense(2)(x), L.Dense(2)(x)])),
        "residual": keras.Model(x, L.Add(name="add")([L.Dense(3)(x), x])),
        "two": keras.Model(x, [L.Dense(2)(x), L.Dense(1)(x)]),
        "layernorm": keras.Sequential([x, L.Dense(3), L.LayerNormalization(name="ln")]),
        "conv": keras.Sequential([L.Input((8, 1)), L.Conv1D(2, 3, name="c"), L.Flatten(), L.Dense(1)]),
    }
    for name, model in models.items():
        model.save(OUT / f"refused{MAJOR}_{name}.keras")


main()
