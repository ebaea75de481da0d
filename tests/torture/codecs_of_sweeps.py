"""The codecs that must give the same answers."""

from netgrad.compiled import ready
from netgrad.tables import compiled_codec
from netgrad.tables.codecs import Codec

if ready.loops(compiled_codec.LOOPS, wait=True) is None:
    raise SystemExit(f"the compiled codec: {ready.state(compiled_codec.LOOPS)}")
NUMPY, COMPILED = Codec(), Codec(compiled_codec.decode, compiled_codec.encode)
