"""ONNX: every way to store a tensor."""

import struct

import numpy as np
import pytest

from netgrad.formats import onnx
from netgrad.formats.write_onnx import _bytes, _number, _value_info

HALVES = np.array([1.5, -2.25], "<f2")
PACKED = b"\x80\x7c\x80\x81\x03"  # 0x3e00 and 0xc080 as varints
BESIDE = b"".join(_bytes(13, _bytes(1, k) + _bytes(2, v)) for k, v in ((b"location", b"data"), (b"offset", b"8")))
BESIDE += _number(14, 1)
TENSORS = {
    "raw float32": (1, _bytes(9, struct.pack("<2f", 1.5, -2.25))),
    "float_data": (1, _bytes(4, struct.pack("<2f", 1.5, -2.25))),
    "float_data one by one": (1, b"".join(b"\x25" + struct.pack("<f", v) for v in (1.5, -2.25))),
    "raw double": (11, _bytes(9, struct.pack("<2d", 1.5, -2.25))),
    "double_data": (11, _bytes(10, struct.pack("<2d", 1.5, -2.25))),
    "raw float16": (10, _bytes(9, HALVES.tobytes())),
    "float16 in int32_data": (10, _bytes(5, PACKED)),
    "raw bfloat16": (16, _bytes(9, struct.pack("<2H", 0x3FC0, 0xC010))),
    "bfloat16 in int32_data": (16, _number(5, 0x3FC0) + _number(5, 0xC010)),
    "outside": (11, BESIDE),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_are_read_however_they_are_stored(tmp_path, name):
    kind, data = TENSORS[name]
    (tmp_path / "data").write_bytes(struct.pack("<3d", 7.0, 1.5, -2.25))
    tensor = _bytes(5, _number(1, 2) + _number(1, 1) + _number(2, kind) + _bytes(8, b"W") + data)
    node = _bytes(1, _bytes(1, b"x") + _bytes(1, b"W") + _bytes(2, b"y") + _bytes(4, b"MatMul"))
    graph = node + tensor + _bytes(11, _value_info("x", 2)) + _bytes(12, _value_info("y", 1))
    (tmp_path / "net.onnx").write_bytes(_bytes(7, graph))
    assert onnx.read(str(tmp_path / "net.onnx")).layers[0].W.tolist() == [[1.5], [-2.25]]
