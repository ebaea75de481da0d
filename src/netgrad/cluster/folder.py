"""A folder of files, one for each span, for results that are too large to be joined; a manifest says which count.

On a file system a file has its own name when it is accepted; in a store it cannot be renamed, and keeps that of its
attempt.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple

from netgrad import __version__
from netgrad.cluster.spans import Span
from netgrad.cluster.urls import failures, file_system, is_url
from netgrad.errors import OutputError
from netgrad.files import FLAGS, reason, write_to, written
from netgrad.signals import raised
from netgrad.stream.json_lines import json_line
from netgrad.stream.tasks import Answer
from netgrad.tables.columns import Layout

MANIFEST = "MANIFEST.json"

Head = Callable[[Layout], bytes]


class Filed(NamedTuple):
    """A file that a task has written, in the place of bytes."""

    name: str  # in the folder
    k: int
    size: int
    rows: int

    def endswith(self, end: bytes) -> bool:
        """As bytes have it: nothing has to be put between files."""
        return True


class PieceFile:
    """A file for the contents of one task, with the header."""

    def __init__(self, folder: str, suffix: str, k: int, head: bytes) -> None:
        begin = "part" if is_url(folder) else ".part"
        self._name, self._k = f"{begin}-{k:06d}-{os.urandom(8).hex()}{suffix}", k
        self._path, self._size, self._rows = folder + self._name, 0, 0
        if is_url(folder):
            with failures(self._path, OutputError):
                files, key = file_system(self._path)
                self._file = files.open(key, "wb")
                self._write, self._close = self._file.write, self._file.close
        else:
            try:
                fd = os.open(self._path, FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
            except OSError as error:
                raise OutputError(reason(error), file=self._path) from None
            self._write, self._close = write_to(fd, self._path), partial(_closed, fd)
        self._put(head)

    def put(self, one: Answer) -> None:
        """Write its bytes behind those before."""
        self._put(one.content or b"")
        self._rows += one.rows

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._size += len(data)

    def done(self) -> Filed:
        """The file, closed."""
        self._close()
        return Filed(self._name, self._k, self._size, self._rows)

    def drop(self) -> None:
        """Remove it."""
        with suppress(Exception):
            self._close()
        _remove(self._path)


def _closed(fd: int) -> None:
    os.fsync(fd)
    os.close(fd)


def _remove(path: str) -> None:
    with suppress(Exception):
        if is_url(path):
            files, key = file_system(path)
            files.rm_file(key)
        else:
            os.unlink(path)


class Folder:
    """The driver's side: what has been accepted, in order."""

    def __init__(self, path: str, head: Head, suffix: str) -> None:
        self._path, self._head, self._suffix = path, head, suffix
        self._pieces: list[Filed] = []

    def placed(self, span: Span, attempt: int) -> Callable[[], PieceFile]:
        """Where the contents of a span go."""
        layout = span.table.layout
        folder = self._path if is_url(self._path) else os.path.join(os.path.abspath(self._path), "")
        return partial(PieceFile, folder, self._suffix, span.k, self._head(layout))

    def wanted(self, span: Span, content: Any) -> None:
        """Nothing again."""

    def put(self, content: Any) -> None:
        """Accept a file; what comes as bytes is the header, which each has."""
        if not isinstance(content, Filed):
            return
        if not is_url(self._path):
            name = f"part-{content.k:06d}{self._suffix}"
            os.replace(self._path + content.name, self._path + name)
            content = content._replace(name=name)
        self._pieces.append(content)

    def complete(self) -> None:
        """Remove what no accepted task has written, and say what there is."""
        names = {piece.name for piece in self._pieces}
        for name in _names(self._path):
            if name not in names:
                _remove(self._path + name)
        parts = [{"file": piece.name, "rows": piece.rows, "bytes": piece.size} for piece in self._pieces]
        record = {"netgrad": __version__, "rows": sum(piece.rows for piece in self._pieces), "parts": parts}
        text = json_line(record)
        if is_url(self._path):
            files, key = file_system(self._path + MANIFEST)
            files.pipe_file(key, text)
        else:
            with written(self._path + MANIFEST) as write:
                write(text)


@contextmanager
def folder_at(path: str, head: Head, suffix: str) -> Iterator[Folder]:
    """A new folder of results at `path`, a file system's or a URL, which ends in a slash.

    Raises
    ------
    OutputError
        It is there already and not empty, or cannot be written.
    """
    with raised(), failures(path, OutputError):
        if not is_url(path):
            os.makedirs(path, exist_ok=True)
        if _names(path):
            raise OutputError("this folder is not empty: name a new one", file=path)
        found = Folder(path, head, suffix)
        try:
            yield found
            found.complete()
        except BaseException:
            _remove_all(path)
            raise


def _names(folder: str) -> list[str]:
    if not is_url(folder):
        return os.listdir(folder)
    files, key = file_system(folder)
    files.invalidate_cache()
    try:
        return [str(name).rpartition("/")[2] for name in files.ls(key, detail=False)]
    except FileNotFoundError:
        return []


def _remove_all(folder: str) -> None:
    if not is_url(folder):
        shutil.rmtree(folder, ignore_errors=True)
        return
    for name in _names(folder):
        _remove(folder + name)
