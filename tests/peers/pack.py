"""Pack what a script beside this one made: python tests/peers/pack.py FOLDER tests/data/nets/NAME.tar.xz."""

import sys
import tarfile
from pathlib import Path


def plain(member):
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


folder, target = Path(sys.argv[1]), sys.argv[2]
with tarfile.open(target, "w:xz", preset=9) as archive:
    for path in sorted(folder.iterdir()):
        archive.add(path, path.name, filter=plain)
