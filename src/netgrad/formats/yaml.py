"""YAML, read from libyaml's events and written one row a line.

Events are taken one by one, so that a bomb of brackets or aliases ends where it first does not belong;
nothing is composed, resolved or constructed. Without libyaml the events of PyYAML's own parser are the same.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from netgrad.core.network import Network
from netgrad.formats import file
from netgrad.formats.document import read_document
from netgrad.formats.layout import flow, plain_or_quoted, tree
from netgrad.formats.text import decode, read_text
from netgrad.formats.yaml_events import Doubtful, YamlSource, blanked, refuse_tag_directives, syntax_fault


def read(path: str) -> Network:
    """Network saved in a YAML file.

    Raises
    ------
    NetworkError
        With the place of whatever is wrong.
    """
    text = decode(read_text(path))
    refuse_tag_directives(text)
    try:
        return read_document(YamlSource(text, blanked(text)))
    except (yaml.YAMLError, Doubtful):
        pass
    try:
        return read_document(YamlSource(text, text))
    except yaml.YAMLError as error:
        raise syntax_fault(text, error) from None


def write(net: Network, path: str) -> None:
    """Save a network as YAML; `read` gives it back bit for bit."""
    file.write(path, "".join(f"{line}\n" for line in _block(tree(net), "")).encode())


def _block(mapping: dict[str, Any], indent: str) -> Iterator[str]:
    """Lines of a block mapping; a list of numbers or names stands on one line."""
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _block(value, indent + "  ")
        elif isinstance(value, list) and isinstance(value[0], list | dict):
            yield f"{indent}{key}:"
            for item in value:
                yield from _item(item, indent + "  ")
        else:
            yield f"{indent}{key}: {flow(value, plain_or_quoted)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    lines = _block(item, indent + "  ") if isinstance(item, dict) else iter([flow(item, plain_or_quoted)])
    yield f"{indent}- {next(lines).lstrip()}"
    yield from lines
