"""Records that cannot be read, as a table of their own: where they stand and what is wrong with them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from netgrad.errors import UsageError, excerpt
from netgrad.files import File
from netgrad.stream.forms import form_of_file
from netgrad.stream.sinks import open_sink
from netgrad.stream.sources import Source
from netgrad.tables.records import Record, quoted, text

HEADER = "file,line,column,name,problem,record\n"


@contextmanager
def rejecting(path: str | None, inputs: Sequence[Source | File]) -> Iterator[Callable[[str, Record], None]]:
    """A function that writes a bad record of a file to the CSV file at `path`; for None, one that does nothing."""
    if path is None:
        yield lambda file, record: None
        return
    with open_sink(path, inputs) as write:
        if path != "-" and not _is_csv(path):
            raise UsageError(f"--rejects writes CSV: expected a file that ends in .csv, not {excerpt(path)}")
        write(HEADER.encode())

        def reject(file: str, record: Record) -> None:
            assert record.fault is not None
            line, column = record.place(record.fault.offset)
            cells = (file, str(line), str(column), record.fault.name or "", record.fault.reason, text(record.raw))
            write((",".join(quoted(cell, ",") for cell in cells) + "\n").encode("utf-8", "surrogateescape"))

        yield reject


def _is_csv(path: str) -> bool:
    try:
        return form_of_file(path, None) in (None, "csv")
    except UsageError:  # its suffix says nothing
        return False
