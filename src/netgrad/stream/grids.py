"""A grid of values as a table."""

from collections.abc import Iterable

import numpy as np

from netgrad.analysis.grid import Strip
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write
from netgrad.stream.writers import csv_writer, jsonl_writer
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout


def write_grid(points: Iterable[Strip], names: list[str], form: str, write: Write) -> None:
    """Write coordinates, value and derivatives of each point, in the format csv, tsv or jsonl."""
    results = Results(lambda X, jobs: X, lambda inputs: names)
    layout = Layout(0, (), (), (), (), None, delimiter=b"\t" if form == "tsv" else b",")
    writer = jsonl_writer(write, results) if form == "jsonl" else csv_writer(write, results, layout.delimiter)
    writer.begin(layout)
    for V, a, gradient in points:
        chunk = Chunk(V, [b""] * len(V), b"\n", [])
        writer.put(writer.encode(chunk, np.column_stack([V, a, gradient]), layout))
