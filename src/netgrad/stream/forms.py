"""The formats that results can be written in, by name, which is their files' suffix too."""

import os
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from netgrad.errors import UsageError, excerpt
from netgrad.files import is_plain
from netgrad.stream.packing import PACKERS

if TYPE_CHECKING:
    from netgrad.stream.writers import Form, Names
    from netgrad.tables.codecs import Codec

# Each has a function NAME_form(names, digits, codec) -> Form in its module.
FORMS: Mapping[str, str] = MappingProxyType(
    {
        "csv": "writers",
        "tsv": "writers",
        "jsonl": "json_lines",
        "json": "json_lines",
        "npy": "npy_tables",
        "parquet": "parquet_results",
    }
)
SUFFIXES = MappingProxyType({**{f".{name}": name for name in FORMS}, ".ndjson": "jsonl"})
BINARY = ("npy", "parquet")  # they are not compressed once more


def form_of_file(path: str, said: str | None) -> str | None:
    """The format of the file at `path`, where `said` is the one asked for; None means CSV as the input is.

    A suffix says the format, and one of compression may stand behind it. Without a suffix it is CSV, and so it is
    for a device or FIFO whose suffix says nothing.

    Raises
    ------
    UsageError
        The suffix says nothing, or something else than what is asked for.
    """
    name, suffix = os.path.splitext(os.path.basename(path).lower())
    packer = suffix if suffix in PACKERS else ""
    suffix = os.path.splitext(name)[1] if packer else suffix
    form = SUFFIXES.get(suffix)
    if form is None and suffix and said is None and is_plain(path):
        packers = ", ".join(PACKERS)
        known = f"{', '.join(SUFFIXES)}, or text with {packers} behind it"
        raise UsageError(f"-o takes a file that ends in {known}, or --format, not {excerpt(path)}")
    if said is not None and form not in (None, said):
        raise UsageError(f"--format {said} and {excerpt(path)} contradict each other")
    chosen = said or form
    if packer and chosen in BINARY:
        raise UsageError(f"{chosen} is not compressed once more: drop {packer} from {excerpt(path)}")
    return chosen


def form_called(name: str | None, names: "Names", digits: int | None, codec: "Codec") -> "Form":
    """The format called `name`; None means CSV with the delimiter of the input."""
    module = import_module(f"netgrad.stream.{FORMS[name or 'csv']}")
    if name is None:
        form: Form = module.csv_form(names, digits, codec, None)
    else:
        form = getattr(module, f"{name}_form")(names, digits, codec)
    return form
