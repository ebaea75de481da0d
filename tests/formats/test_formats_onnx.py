"""ONNX: files of both torch exporters and of skl2onnx against 50 digits."""

import pytest
from nets_of_peers import assert_reads, expected, files

from netgrad.formats import onnx

TOLD = expected("onnx")


@pytest.mark.parametrize("name", TOLD)
def test_onnx_files_have_the_values_and_gradients_of_what_was_exported(name):
    assert_reads(onnx.read(str(files("onnx") / name)), TOLD[name])
