"""Scripts that do to a table what netgrad does, with other packages."""

# argv is the network, the table and the output. Weights are in float64, as netgrad computes.
GRADIENT = """
import sys
import numpy as np, torch
net = np.load(sys.argv[1])
W = [torch.tensor(net[f"W{l}"]) for l in (2, 3, 4)]
b = [torch.tensor(net[f"b{l}"]) for l in (2, 3, 4)]

def value_and_grad(X, size=8192):
    out = np.empty((len(X), 9))
    for i in range(0, len(X), size):
        x = torch.tensor(X[i : i + size], requires_grad=True)
        a = x
        for W_l, b_l in zip(W, b):
            a = torch.sigmoid(torch.addmm(b_l, a, W_l.T))
        (grad,) = torch.autograd.grad(a.sum(), x)
        out[i : i + size, 0], out[i : i + size, 1:] = a.detach()[:, 0], grad
    return out

names = ["a", *(f"da_dx{k}" for k in range(1, 9))]
"""
POLARS_WHOLE = """
import polars as pl
frame = pl.read_csv(sys.argv[2])
results = pl.DataFrame(value_and_grad(frame.to_numpy()), schema=names)
frame.hstack(results).write_csv(sys.argv[3])
"""
POLARS_STREAMING = """
import polars as pl
lazy = pl.scan_csv(sys.argv[2])
schema = dict.fromkeys([*lazy.collect_schema(), *names], pl.Float64)
apply = lambda frame: frame.hstack(pl.DataFrame(value_and_grad(frame.to_numpy()), schema=names))
lazy.map_batches(apply, streamable=True, schema=schema).sink_csv(sys.argv[3])
"""
# What is appended is about as long as results are.
POLARS_COPY = """
import sys
import polars as pl
frame = pl.read_csv(sys.argv[2])
new = [(pl.col(f"x{k % 8 + 1}") * (0.1 + k / 97)).alias(f"y{k}") for k in range(9)]
frame.with_columns(new).write_csv(sys.argv[3])
"""
POLARS_COPY_STREAMING = """
import sys
import polars as pl
new = [(pl.col(f"x{k % 8 + 1}") * (0.1 + k / 97)).alias(f"y{k}") for k in range(9)]
pl.scan_csv(sys.argv[2]).with_columns(new).sink_csv(sys.argv[3])
"""
PANDAS_WHOLE = """
import pandas as pd
frame = pd.read_csv(sys.argv[2])
frame[names] = value_and_grad(frame.to_numpy())
frame.to_csv(sys.argv[3], index=False)
"""
PANDAS_CHUNKS = """
import pandas as pd
with open(sys.argv[3], "w") as out:
    for frame in pd.read_csv(sys.argv[2], chunksize=50_000):
        frame[names] = value_and_grad(frame.to_numpy())
        frame.to_csv(out, index=False, header=out.tell() == 0)
"""

SCRIPTS = {
    "polars + torch": GRADIENT + POLARS_WHOLE,
    "polars + torch, streaming": GRADIENT + POLARS_STREAMING,
    "polars": POLARS_COPY,
    "polars, streaming": POLARS_COPY_STREAMING,
    "pandas + torch": GRADIENT + PANDAS_WHOLE,
    "pandas + torch, in chunks": GRADIENT + PANDAS_CHUNKS,
}
