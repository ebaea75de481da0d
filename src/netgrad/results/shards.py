"""Shards: what earlier runs over other points have left, where it can be merged."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from netgrad.analysis.fingerprint import fingerprint
from netgrad.analysis.sensitivity import Sums
from netgrad.core.network import Network
from netgrad.errors import PointsError, excerpt, listed
from netgrad.files import reason
from netgrad.results.partial import sums_in
from netgrad.results.values import value_names

MOST = 8 << 20  # bytes of a file: the sums of 30,000 inputs and units take 8 MB, and its values many times that
_VISIBLE = re.compile(r"[^ \t\r\n]")


class Subject(NamedTuple):
    """Subject of sums; those of one subject, over points with the same inputs, can be merged."""

    network: str  # fingerprint
    dtype: str
    outputs: tuple[str, ...]


class Shard(NamedTuple):
    """The sums of an earlier run."""

    file: str
    inputs: tuple[str, ...]
    sums: Sums


def subject_of(net: Network, outputs: list[int]) -> Subject:
    """The gradients of `outputs`, from 0, computed in the network's dtype."""
    return Subject(fingerprint(net), net.dtype.name, tuple(value_names(net, outputs)))


def read_shards(path: str, net: Network, subject: Subject) -> list[Shard]:
    """The sums in a file of what `netgrad sens --json` has printed, once or several times.

    Raises
    ------
    PointsError
        It cannot be read, is something else, or has sums of another subject.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MOST + 1)
    except (OSError, ValueError) as error:
        raise PointsError(reason(error), file=path) from None
    if len(data) > MOST:
        raise PointsError(f"over {MOST >> 20} MiB, expected what netgrad sens --json prints", file=path)
    shards = []
    for document, line in _documents(data.decode("utf-8", "surrogateescape"), path):
        try:
            _check_subject(_subject(document), subject, path, line)
            shards.append(_shard(document, path, net.sizes))
        except (KeyError, TypeError, ValueError, OverflowError):
            problem = "no sums of netgrad sens, expected what --json prints"
            raise PointsError(problem, file=path, line=line) from None
    if not shards:
        raise PointsError("empty, expected what netgrad sens --json prints", file=path)
    return shards


def check_inputs(shards: list[Shard], inputs: tuple[str, ...]) -> None:
    """Raise PointsError where the sums of a shard are of other inputs."""
    for shard in shards:
        if shard.inputs != inputs:
            pairs = zip(shard.inputs, inputs, strict=True)
            i, (theirs, ours) = next((i, pair) for i, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
            raise PointsError(f"input {i} is {excerpt(theirs)}, expected {excerpt(ours)}", file=shard.file)


def check_second_in(shards: list[Shard], second: bool) -> list[Shard]:
    """The shards, with sums of second derivatives only where they are wanted.

    Raises
    ------
    PointsError
        They are wanted, and a shard has none.
    """
    for shard in shards:
        if second and not shard.sums.second:
            raise PointsError("sums without second derivatives: say --second there, too", file=shard.file)
    return shards if second else [shard._replace(sums=shard.sums._replace(second=())) for shard in shards]


def _check_subject(found: Subject, expected: Subject, path: str, line: int) -> None:
    if found.dtype != expected.dtype:
        problem = f"gradients in {excerpt(found.dtype)}, expected {expected.dtype}"
    elif found.network != expected.network:
        problem = "another network, or one that has changed since"
    elif found.outputs != expected.outputs:
        problem = f"output {listed(found.outputs)}, expected {listed(expected.outputs)}"
    else:
        return
    raise PointsError(f"sums of {problem}", file=path, line=line)


def _documents(text: str, path: str) -> Iterator[tuple[Any, int]]:
    """JSON values, one after another, and the line that each begins in."""
    decoder, at, line = json.JSONDecoder(parse_constant=_refused), 0, 1
    while found := _VISIBLE.search(text, at):
        begin = found.start()
        try:
            value, end = decoder.raw_decode(text, begin)
        except json.JSONDecodeError as error:
            raise PointsError("not JSON", file=path, line=error.lineno, column=error.colno) from None
        except (RecursionError, ValueError):
            problem = "no sums of netgrad sens: nested too deeply, a number too long, or NaN"
            raise PointsError(problem, file=path) from None
        line += text.count("\n", at, begin)
        yield value, line
        line += text.count("\n", begin, end)
        at = end


def _refused(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON, and nothing that was summed up."""
    raise ValueError


def _subject(document: Any) -> Subject:
    about = document["subject"]
    return Subject(_text(about["network"]), _text(about["dtype"]), _texts(about["outputs"]))


def _shard(document: Any, path: str, sizes: tuple[int, ...]) -> Shard:
    """The sums in a JSON value; KeyError, TypeError, ValueError or OverflowError where they are none."""
    about = document["subject"]
    inputs, sums = _texts(about["inputs"]), sums_in(document["sums"], sizes)
    if len(inputs) != sizes[0] or len(sums.gradients) != len(about["outputs"]):
        raise ValueError
    return Shard(path, inputs, sums)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))
