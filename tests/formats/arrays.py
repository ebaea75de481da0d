"""Files of arrays, made here byte by byte, and networks to 50 digits from steps that are not folded."""

import io
import json

import numpy as np
from oracle import activation, mp, mpf

WIDTHS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "BF16": "<u2"}


def npz(compressed=False, **arrays):
    content = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(content, **arrays)
    return content.getvalue()


def safetensors(entries, metadata=None):
    """File of (name, dtype, shape, bytes) in the order given, as the format's specification says."""
    header, at = {} if metadata is None else {"__metadata__": metadata}, 0
    for name, dtype, shape, data in entries:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    return with_header(json.dumps(header).encode(), b"".join(data for *_, data in entries))


def with_header(header, data=b""):
    return len(header).to_bytes(8, "little") + header + data


def tensor(name, array, dtype="F64"):
    """Entry of an array, in a type that holds it."""
    stored = np.asarray(array, WIDTHS[dtype])
    return (name, dtype, list(stored.shape), stored.tobytes())


def exact(steps, x):
    """Values and Jacobian at x of ("linear", W, b), ("norm", gamma, beta, mean, var) and ("sigma", name) in turn."""
    a = [mpf(v) for v in x]
    J = [[mpf(i == j) for j in range(len(x))] for i in range(len(x))]
    for kind, *of in steps:
        if kind == "linear":
            W, b = of
            a = [mp.fdot(map(mpf, w), a) + mpf(b_i) for w, b_i in zip(W.tolist(), b.tolist(), strict=True)]
            columns = list(zip(*J, strict=True))
            J = [[mp.fdot(map(mpf, w), column) for column in columns] for w in W.tolist()]
        elif kind == "norm":
            gamma, beta, mean, var = (list(map(mpf, v.tolist())) for v in of)
            factor = [g / mp.sqrt(v + mpf("1e-5")) for g, v in zip(gamma, var, strict=True)]
            a = [f * (v - m) + b for f, v, m, b in zip(factor, a, mean, beta, strict=True)]
            J = [[f * v for v in row] for f, row in zip(factor, J, strict=True)]
        else:
            pairs = [activation(of[0], v) for v in a]
            a = [value for value, _ in pairs]
            J = [[slope * v for v in row] for (_, slope), row in zip(pairs, J, strict=True)]
    return a, J
