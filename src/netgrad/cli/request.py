"""The request that the options of a command make up."""

from typing import NamedTuple


class Request(NamedTuple):
    """Request: where points come from, how they are read, and where and how results go."""

    points: tuple[str, ...]
    columns: str | None
    header: bool | None
    delimiter: str | None
    decimal: str
    comment: str
    encoding: str | None
    format: str | None
    out: str | None
    color: str
    jobs: int
    bad_rows: str
    rejects: str | None
    quiet: bool
    codec: str
    x: tuple[str, ...] = ()
    output: str | None = None
    digits: int | None = None
    rows: int = 50
    range_check: str = "4"
    dtype: str = "float64"
    keep: str = "all"
    prefix: str = ""
    input_format: str | None = None
    at: str = "post"
    cluster: str | None = None
    split: int | None = None  # bytes
    files: tuple[str, ...] = ()  # what is read besides points
