"""Shared by the tests of formats."""

import pytest

from netgrad.errors import NetworkError
from netgrad.formats import load


@pytest.fixture
def error_of(tmp_path):
    """The one line, without the file's name, that loading a file of such a content ends with."""

    def message(content, suffix=".yaml"):
        path = tmp_path / f"net{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(NetworkError) as caught:
            load(path)
        shown = str(caught.value)
        assert shown.isprintable()
        assert shown.startswith(f"{path}:")
        return shown.removeprefix(f"{path}:").lstrip()

    return message
