"""Sweep over public corpora of hard CSV files, decimals and strings, with the invariants that hold for any of them.

    python tests/torture/sweep.py CORPORA [--commands N]

CORPORA is a folder with MANIFEST.tsv (path, bytes, flags, records, columns, verdict of each CSV file), the files,
parse-number-fxx/*.txt (https://github.com/nigeltao/parse-number-fxx-test-data) and blns/blns.json (the Big List of
Naughty Strings). It is run by hand; its finds stand as small cases in the tests.

Every file is read in process with and without a header, from several columns, as it is and with CRLF, a byte-order
mark and all cells quoted, in one piece, in random pieces, byte by byte, with both codecs, and compressed. Output, and
the place of the error, must be those of the oracle in tests/answers.py; the oracle itself must agree with the manifest.
N of the files, and all strings, go through the installed command, as files and as standard input.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from finds import cases, finds
from sweep_commands import commands
from sweep_tables import files
from sweep_texts import decimals, strings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--commands", type=int, default=150, metavar="N", help="files that go through the command")
    args = parser.parse_args()
    files(args.corpora)
    decimals(args.corpora)
    strings(args.corpora)
    if args.commands:
        commands(args.corpora, args.commands)
    for kind, count in cases.items():
        print(f"{count:9,} {kind}: {sum(k == kind for k, _ in finds)} finds")
    print(f"{cases.total():9,} cases, {len(finds)} finds")
    return bool(finds)


if __name__ == "__main__":
    raise SystemExit(main())
