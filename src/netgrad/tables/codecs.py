"""Choice of a codec, which reads and writes tables: numpy's always can; polars' is quicker, where it is installed."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

from netgrad.core.arrays import Array
from netgrad.errors import UsageError
from netgrad.tables import numpy_codec
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout

NAMES = ("auto", "numpy", "polars")
BLOCK = 1 << 20  # bytes to read at a time
PAYS = 32 << 20  # bytes of input from which importing polars pays


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
        polars is asked for and not installed.
    """
    if name == "numpy" or (name == "auto" and (size or 0) < PAYS):
        return Codec()
    if find_spec("polars") is None:
        if name == "auto":
            return Codec()
        raise UsageError("--codec polars needs the extra fast: pip install 'netgrad[fast]'")
    from netgrad.tables import polars_codec

    return Codec(polars_codec.decode, polars_codec.encode, polars_codec.BLOCK, more=1)
