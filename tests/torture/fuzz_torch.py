"""Mutations of sound PyTorch files: each is read as a network or refused in one line, soon and with nothing imported.

    python tests/torture/fuzz_torch.py [--cases 20000] [--seed 1]

A case changes, inserts, repeats or drops up to four pieces: of the pickle or graph inside the archive, whose checksums
are then made right, or of the file itself.
"""

import argparse
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from nets_of_peers import files

from netgrad.errors import NetworkError
from netgrad.formats import pytorch

SOUND = (
    *("plain.pt", "parameters.pt", "protocol4.pt", "protocol5.pt", "legacy.pt", "namespace.pt", "lightning.ckpt"),
    *("weight_norm_new_1.pt", "batch_norm_before.pt", "checkpoint_model.pt", "sparse.pt", "module.pt", "script.pt"),
    *("graph_scaled.pt2", "graph_batch_norm.pt2", "decomposed_softplus.pt2", "graph_flat.pt2"),
)
SLOW = 1.0  # seconds
# Bytes that mean something in a pickle or in JSON.
TELLING = b'\x80\x81\x82\x85\x86\x87\x88\x8a\x8b\x8c\x8d\x92\x93\x94\x95()]}.0RQcbtusaehjqrXNKJMG"{}[]:,-9\x00\xff\x7f'


def mutated(data, rng):
    """`data` with up to four pieces changed."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at, size = rng.randrange(len(data) + 1), rng.choice((1, 1, 1, 2, 8, 40))
        kind = rng.randrange(5)
        if kind == 0:
            data[at : at + 1] = bytes([rng.choice(TELLING)])
        elif kind == 1:
            data[at:at] = bytes([rng.choice(TELLING)])
        elif kind == 2:
            del data[at : at + size]
        elif kind == 3:
            source = rng.randrange(len(data) + 1)
            data[at:at] = data[source : source + size]
        elif at < len(data):
            data[at] ^= 1 << rng.randrange(8)
    return bytes(data)


def mutant(data, rng):
    """A sound file changed, inside or outside."""
    if not data.startswith(b"PK") or rng.random() < 0.2:
        return mutated(data, rng)
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(changed, "w") as copy:
        names = [name for name in source.namelist() if name.endswith((".pkl", ".json", "byteorder"))]
        chosen = rng.choice(names)
        for name in source.namelist():
            content = source.read(name)
            copy.writestr(zipfile.ZipInfo(name), mutated(content, rng) if name == chosen else content)
    return changed.getvalue()


def outcome(path):
    """Message of the refusal, "" where the file was read."""
    try:
        assert pytorch.read(str(path)).layers
    except NetworkError as error:
        return str(error)
    return ""


def fuzz(cases, seed, folder):
    """How many mutants were read, and how many refused."""
    rng, outcomes = random.Random(seed), Counter()
    sound = [(files("torch") / name).read_bytes() for name in SOUND]
    path = Path(folder) / "net.pt"
    for case in range(cases):
        path.write_bytes(mutant(rng.choice(sound), rng))
        start = time.process_time()
        try:
            message = outcome(path)
        except Exception as error:
            error.add_note(f"seed {seed}, case {case}")
            raise
        assert message.isprintable(), (seed, case)
        assert len(message) < 1000, (seed, case)
        assert time.process_time() - start < SLOW, (seed, case)
        outcomes["refused" if message else "read"] += 1
    return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(asked.cases, "cases,", dict(fuzz(asked.cases, asked.seed, folder)))
    assert "torch" not in sys.modules


if __name__ == "__main__":
    main()
