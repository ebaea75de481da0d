"""One file opened: what it is, read by its module, and what that leaves open decided."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module

from netgrad.errors import NetworkError, excerpt, visible
from netgrad.formats import file, limits
from netgrad.formats.draft import Draft, Saved
from netgrad.formats.origin import Opened
from netgrad.formats.overrides import Options
from netgrad.formats.registry import Format, format_of
from netgrad.formats.resolve import resolved, resolved_own
from netgrad.formats.signature import signature


def opened_file(path: str, name: str, options: Options) -> Opened:
    """Network in the file at `path`, whose suffix is that of `name`.

    Raises
    ------
    NetworkError
        See `formats.load`.
    """
    with regular(path) as whole:
        suffix = os.path.splitext(name)[1].lower()
        with file.opened(whole) as content:
            form = format_of(signature(content, suffix))
        said = _belied(form, suffix)
        try:
            read = _read(form, whole, options.key)
            found = resolved(read, options) if not isinstance(read, Saved) else resolved_own(read, options, form.module)
        except NetworkError as error:
            # A line that saves it again names the file as the user does; names in the file may be anything.
            error.message = visible(error.message.replace("{file}", re.sub("[\"']", "", os.path.basename(name))))
            if said:
                error.message += f" ({said})"
            raise
    remarks = (said, *found.origin.remarks) if said else found.origin.remarks
    return Opened(found.network, replace(found.origin, form=form.module, remarks=remarks))


def _read(form: Format, path: str, key: str | None) -> Draft | Saved:
    reader = import_module(f"netgrad.formats.{form.module}")
    if key is None:
        found: Draft | Saved = reader.read(path)
    elif form.has_parts:
        found = reader.read(path, key)
    else:
        raise NetworkError(f"--key {excerpt(key)}: {form.name} holds one network")
    return found


def _belied(form: Format, suffix: str) -> str:
    """A remark where the suffix is that of another format."""
    from netgrad.formats.registry import SUFFIXES

    return (
        f"called {excerpt(suffix)[1:-1]}, but {form.name}" if suffix in SUFFIXES and suffix not in form.suffixes else ""
    )


@contextmanager
def regular(path: str) -> Iterator[str]:
    """Path of a regular file with the content of `path`, which may be a pipe: that is read once, and kept in a file.

    Raises
    ------
    NetworkError
        It cannot be read, or a pipe gives more than 256 MiB.
    """
    try:
        is_file = stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        is_file = True  # whoever opens it says what is wrong
    if is_file:
        yield path
        return
    if os.path.exists(os.path.join(path, "saved_model.pb")):
        raise NetworkError("a SavedModel of TensorFlow; where it was saved, save it with model.save('net.keras')")
    from tempfile import NamedTemporaryFile

    with file.opened(path) as pipe, NamedTemporaryFile(prefix="netgrad-") as kept:
        left = limits.PIPE
        while chunk := pipe.read(min(1 << 20, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise NetworkError(f"over {limits.PIPE >> 20} MiB from a pipe; save it as a file", file=path)
            kept.write(chunk)
        kept.flush()
        yield kept.name
