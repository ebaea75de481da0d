"""A grid of values as a table."""

from collections.abc import Iterable, Iterator

import numpy as np

from netgrad.analysis.grid import Strip
from netgrad.stream.forms import form_called
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout


def write_grid(points: Iterable[Strip], names: list[str], form: str, write: Write) -> None:
    """Write coordinates, value and derivatives of each point, in the format csv, tsv or jsonl."""
    chosen = form_called(form, lambda inputs: names, None, Codec())
    chosen.write(_answers(points, chosen), write)


def _answers(points: Iterable[Strip], form: Form) -> Iterator[Answer]:
    layout = Layout(0, (), (), (), (), None)
    for V, a, gradient in points:
        chunk = Chunk(V, None, [b""] * len(V), b"\n", [])
        yield Answer("", layout, form.encode(chunk, np.column_stack([V, a, gradient]), layout), len(V))
