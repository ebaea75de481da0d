"""Files and naughty strings through the installed command."""

import json
import subprocess
import tempfile
from pathlib import Path

import rfc4180
from finds import check, rng
from shell import BIN, environment

NETGRAD = str(Path(BIN) / "netgrad")
LIMITS = "ulimit -v 4000000; ulimit -t 60; "


def commands(corpora: Path, n: int) -> None:
    folder = Path(tempfile.mkdtemp())
    net = folder / "net.yaml"
    net.write_text("layers:\n  - W: [[1]]\n    b: [0]\n    activation: identity\n")
    paths = [p for p in sorted(corpora.glob("*/**/*")) if p.is_file() and p.suffix in (".csv", ".tsv", ".txt")]
    for path in rng.sample(paths, min(n, len(paths))):
        data = path.read_bytes()
        options = ["-c", "1", "-d", ",", "--header"]
        ran = command("eval", net, path, *options)
        piped = command("eval", net, "-", *options, stdin=data)
        check("command", told(*ran), (path, ran[1:]))
        check("command on stdin", (piped[0], piped[2]) == (ran[0], ran[2]), (path, ran[1:], piped[1:]))
        check(
            "command on stdin says the same",
            piped[1].replace(b"<stdin>", str(path).encode()) == ran[1],
            (ran[1], piped[1]),
        )
        check("command with one thread", command("eval", net, path, *options, "-j", "1") == ran, path)
    for s in json.loads((corpora / "blns/blns.json").read_text()):
        if "\0" in s:
            continue
        value, _ = rfc4180.parsed(s)
        out, err, code = command("eval", net, f"--x={s}")
        check("string as --x", told(out, err, code) and (code == 0) == (value is not None), (s, out, err, code))
        name = s.replace("/", "_")[:60]
        if name and name not in (".", "..", "-"):
            (folder / name).write_bytes(b"x\n1\nno\n")
            out, err, code = command("eval", net, folder / name, "--format", "csv")
            check(
                "string as file name", told(out, err, code) and (out, code) == (b"x,a\n1,1.0\n", 1), (s, out, err, code)
            )
            out, err, code = command("eval", net, "--x=1", "-o", folder / f"{name}.csv")
            check("string as output", (out, err, code) == (b"", b"", 0), (s, out, err, code))
            check("string in --prefix", told(*command("eval", net, "--x=1", f"--prefix={s}")), s)


def command(*args: bytes | str, stdin: bytes = b"") -> tuple[bytes, bytes, int]:
    words = [a.encode("utf-8", "surrogateescape") if isinstance(a, str) else a for a in args]
    shell = [b"bash", b"-c", LIMITS.encode() + b'exec "$0" "$@"', NETGRAD.encode(), *words]
    done = subprocess.run(shell, input=stdin, capture_output=True, env=environment(), timeout=120, check=False)
    return done.stdout, done.stderr, done.returncode


def told(out: bytes, err: bytes, code: int) -> bool:
    """Whether a run ended as every run must: done, or with one line of printable text."""
    lines = err.decode("utf-8", "surrogateescape").split("\n")
    return code in (0, 1, 2) and (not err if code == 0 else len(lines) == 2 and lines[0].isprintable())
