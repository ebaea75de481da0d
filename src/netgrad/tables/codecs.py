"""Choice of a codec, which reads and writes tables: numpy's always can; the compiled one is quicker, where numba is."""

from collections.abc import Callable
from typing import NamedTuple

from netgrad.core.arrays import Array
from netgrad.errors import UsageError
from netgrad.tables import numpy_codec
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout

NAMES = ("auto", "numpy", "compiled")
BLOCK = 1 << 20  # bytes to read at a time
PAYS = 8 << 20  # bytes of input from which loading the compiled loops pays


class Codec(NamedTuple):
    """The two functions, as `numpy_codec` has them, how much to read at a time, and on how many threads."""

    decode: Callable[[bytes, int, Layout, bool], Chunk] = numpy_codec.decode
    encode: Callable[[Chunk, Array, Layout], bytes] = numpy_codec.encode
    block: int = BLOCK
    more: int = 0  # threads beyond -j where that is more than one: they mostly wait for threads of its own


def codec(name: str, size: int | None) -> Codec:
    """The codec called `name`; for auto, the one that is quicker for `size` bytes, None if that is not known.

    Raises
    ------
    UsageError
        compiled is asked for, and its loops cannot be had.
    """
    if name == "numpy" or (name == "auto" and size is not None and size < PAYS):
        return Codec()
    from netgrad.compiled import ready  # takes longer to import than a point takes
    from netgrad.tables import compiled_codec

    found = ready.loops(compiled_codec.LOOPS, compiled_codec.BYTE * (size or 0), wait=name == "compiled")
    if name == "compiled" and found is None:
        raise UsageError(f"--codec compiled: {ready.state(compiled_codec.LOOPS)}")
    return Codec(compiled_codec.decode, compiled_codec.encode)
