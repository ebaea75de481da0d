"""The formats that results can be written in, by name, which is their files' suffix too."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netgrad.stream.writers import Form, Names
    from netgrad.tables.codecs import Codec

# Each has a function NAME_form(names, digits, codec) -> Form in its module.
FORMS: Mapping[str, str] = MappingProxyType(
    {"csv": "writers", "tsv": "writers", "jsonl": "json_lines", "npy": "npy_tables", "parquet": "parquet"}
)


def form_called(name: str | None, names: "Names", digits: int | None, codec: "Codec") -> "Form":
    """The format called `name`; None means CSV with the delimiter of the input."""
    module = import_module(f"netgrad.stream.{FORMS[name or 'csv']}")
    if name is None:
        form: Form = module.csv_form(names, digits, codec, None)
    else:
        form = getattr(module, f"{name}_form")(names, digits, codec)
    return form
