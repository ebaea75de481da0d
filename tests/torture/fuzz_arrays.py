"""Files of arrays with bytes changed, for as long as one likes: each is read as it was meant, or refused in one line.

    python tests/torture/fuzz_arrays.py [--seconds 60] [--seed 1]

Good safetensors and NPZ files of several dialects are changed and opened by their content, under suffixes that are
right or lie. A find is any exception but ours, a message of several lines, over a second, or over 200 MiB.
"""

import argparse
import io
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "formats"))
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from arrays import npz, safetensors, tensor

from netgrad.errors import NetgradError
from netgrad.formats import opened

SECONDS, MEBIBYTES = 1.0, 200
SUFFIXES = ["", ".npz", ".safetensors", ".yaml", ".json"]
SPICE = [b"\0", b"\xff", b"{", b"}", b"[", b'"', b"-1", b"9" * 30, b"1e999", b"null", b"weight", b"bias", b"O", b"F64"]

_W, _b = np.arange(6.0).reshape(3, 2), np.arange(3.0)
_NAMES = [
    ("W{}", "b{}"),
    ("w{}", "b{}"),
    ("coefs_{}", "intercepts_{}"),
    ("{}.weight", "{}.bias"),
    ("d_{}/kernel", "d_{}/bias"),
]


def corpus() -> list[bytes]:
    dialects = [{W.format(1): _W, b.format(1): _b, W.format(2): _b[None], b.format(2): _b[:1]} for W, b in _NAMES]
    for arrays in (dialects[2], dialects[4]):  # their convention is in-out
        arrays |= {key: array.T for key, array in arrays.items()}
    dialects += [{"arr_0": _W, "arr_1": _b}, {"W2": _W, "b2": _b, "activation": np.array(["tanh"])}]
    norm = {"1.running_mean": _b, "1.running_var": _b + 1}
    tensors = [{"0.weight": _W, "0.bias": _b, **norm}, {"a.weight_g": _b[:, None], "a.weight_v": _W}, *dialects[:5]]
    files = [npz(compressed, **arrays) for arrays in dialects for compressed in (False, True)]
    return files + [
        safetensors([tensor(*item, kind) for item in t.items()]) for t in tensors for kind in ("F64", "F16")
    ]


def changed(rng: random.Random, data: bytes) -> bytes:
    content = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        at = rng.randrange(len(content) + 1)
        way = rng.randrange(4)
        if way == 0 and at < len(content):
            content[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            content[at : at + rng.choice([0, 1, 4])] = rng.choice(SPICE)
        elif way == 2:
            del content[at : at + rng.choice([1, 4, 30])]
        else:
            content[at:at] = content[at : at + rng.choice([1, 8, 60])]
    return bytes(content)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """A file changed, or members of an archive, which is then packed anew with sums that are right."""
    if not data.startswith(b"PK") or rng.random() < 0.3:
        return changed(rng, data)
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = old.read(name)
            new.writestr(name, changed(rng, member) if rng.random() < 0.6 else member)
    return content.getvalue()


def outcome(path: Path, rng: random.Random) -> str:
    try:
        opened(path, activation="tanh", output_activation="tanh", layout=rng.choice([None, None, "in-out"]))
    except NetgradError as error:
        return "refused" if str(error).isprintable() else f"not one line: {error!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    rng, files, found = random.Random(said.seed), corpus(), Counter[str]()
    end = time.monotonic() + said.seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            path = Path(folder) / f"net{rng.choice(SUFFIXES)}"
            path.write_bytes(data := mutated(rng, rng.choice(files)))
            start = time.process_time()
            what = outcome(path, rng)
            if time.process_time() - start > SECONDS:
                what = "slow"
            found[what] += 1
            if what not in ("read", "refused"):
                print(what, data.hex())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{found.total()} files, {found['read']} read, {found['refused']} refused, peak {peak} MiB")
    return int(set(found) != {"read", "refused"} or peak > MEBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
