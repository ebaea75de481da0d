"""Good network files with bytes changed, as many as one likes: each is read, or refused in one line.

    python tests/torture/fuzz_formats.py [--seconds 60] [--seed 1]

The members of archives are changed before they are packed again, so that most changes get past the checksums. Batches
run in processes of their own, whose death is a find, as is any exception but ours, a second, and 200 MiB.
"""

import argparse
import io
import os
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from nets_of_peers import files

from netgrad.errors import NetworkError

MODULES = {".onnx": "onnx", ".keras": "keras", ".h5": "keras", ".skops": "skops", ".pmml": "pmml", ".mat": "mat"}
MODULES |= {".msgpack": "msgpack"}
BATCH, SECONDS, MEMORY = 200, 1.0, 200 << 20
SPICE = [
    b"\x00",
    b"\xff",
    b"\x80",
    b"\x7f",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"[",
    b"{",
    b'"',
    b"<",
    b"-1",
    b"1e999",
    b"nan",
]
SPICE += [b"null", b"true", b"{}", b"[]", b'""', b"Dense", b"0", b"99999999999"]


def corpus():
    """Module, suffix and content of every good file."""
    paths = [path for name in ("onnx", "keras", "skops", "others") for path in sorted(files(name).iterdir())]
    return [(MODULES[path.suffix], path.read_bytes()) for path in paths if path.suffix in MODULES]


def changed(rng, data):
    """Data with bytes replaced, put in, left out, doubled or cut off."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4, 16])):
        at = rng.randrange(len(data) + 1)
        way = rng.random()
        if way < 0.35 and at < len(data):
            data[at] = rng.randrange(256) if way < 0.2 else data[at] ^ (1 << rng.randrange(8))
        elif way < 0.6:
            spice = rng.choice(SPICE)
            data[at : at + (len(spice) if rng.random() < 0.7 else 0)] = spice
        elif way < 0.75:
            del data[at : at + rng.choice([1, 1, 4, 8, 100])]
        elif way < 0.9:
            data[at:at] = data[at : at + rng.choice([1, 8, 100])]
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def mutated(rng, data):
    """A good file changed, or a member of a good archive."""
    if not data.startswith(b"PK") or rng.random() < 0.2:
        return changed(rng, data)
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(content, "w") as new:
        names = old.namelist()
        victim = rng.choice(
            [name for name in names if name.endswith((".json", ".h5"))] if rng.random() < 0.7 else names
        )
        for name in names:
            member = old.read(name)
            new.writestr(name, changed(rng, member) if name == victim else member)
    return content.getvalue()


def outcome(module, path):
    """'read', 'refused', or what is wrong."""
    start = time.process_time()
    try:
        import_module(f"netgrad.formats.{module}").read(path)
        found = "read"
    except NetworkError as error:
        is_line = error.message.isprintable() and len(error.message) < 500
        found = "refused" if is_line else f"FIND not a line: {error.message[:200]!r}"
    except Exception as error:
        found = f"FIND {type(error).__name__}: {str(error)[:200]}"
    taken = time.process_time() - start
    return found if taken < SECONDS else f"FIND {taken:.1f} s"


def batch(seed, good, folder):
    """Outcomes of one batch, by module, written to a pipe by a child."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        rng, counts = random.Random(seed), Counter()
        path = os.path.join(folder, "net")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(BATCH):
            module, data = rng.choice(good)
            content = mutated(rng, data)
            Path(path).write_bytes(content)
            found = outcome(module, path)
            if found.startswith("FIND"):
                Path(folder, f"find_{seed}_{module}").write_bytes(content)
            counts[f"{module} {found}"] += 1
        if (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 > MEMORY:
            counts["FIND over 200 MiB"] += 1
        os.write(writer, "\n".join(f"{n}\t{key}" for key, n in counts.items()).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        lines = pipe.read().decode().splitlines()
    _, status = os.waitpid(child, 0)
    counts = Counter({key: int(n) for n, key in (line.split("\t", 1) for line in lines)})
    if status:
        counts[f"FIND batch {seed} died of {status}"] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", default="/tmp")
    args = parser.parse_args()
    good, counts, seed, end = corpus(), Counter(), args.seed * 1_000_000, time.monotonic() + args.seconds
    for name in ("h5py", *(f"netgrad.formats.{module}" for module in sorted({module for module, _ in good}))):
        import_module(name)
    while time.monotonic() < end:
        counts += batch(seed, good, args.folder)
        seed += 1
    finds = {key: n for key, n in counts.items() if "FIND" in key}
    for key, n in sorted(counts.items()):
        print(f"{n:8,} {key}")
    print(f"{sum(counts.values()):,} files, {sum(finds.values())} finds")
    return bool(finds)


if __name__ == "__main__":
    raise SystemExit(main())
