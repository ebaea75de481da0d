"""Points in another encoding than UTF-8."""

import codecs
from collections.abc import Iterable, Iterator

from netgrad.errors import PointsError, UsageError, excerpt

OF_NAMES = ("idna", "punycode")  # encodings of a word, not of text with lines


def recoded(blocks: Iterable[bytes], name: str, encoding: str) -> Iterator[bytes]:
    """The same text in UTF-8.

    Raises
    ------
    UsageError
        There is no such encoding of text.
    PointsError
        The bytes are no such text; the message counts them.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        if codecs.lookup(encoding).name in OF_NAMES or not isinstance(bytes(4).decode(encoding), str):
            raise LookupError
    except (LookupError, ValueError):  # ValueError: a NUL in the name, or the encoding that is none, undefined
        raise UsageError(
            f"there is no encoding {excerpt(encoding)}; utf-8, utf-16, latin-1 and cp1252 are some"
        ) from None
    return _recoded(blocks, name, encoding, decoder)


def _recoded(blocks: Iterable[bytes], name: str, encoding: str, decoder: codecs.IncrementalDecoder) -> Iterator[bytes]:
    seen, line = 0, 1
    try:
        for block in blocks:
            found = decoder.decode(block)
            seen, line = seen + len(block), line + found.count("\n")
            if found or not block:
                yield found.encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        problem = f"not {encoding}: {getattr(error, 'reason', error)}, at byte {at + 1} of those from {seen + 1} on"
        raise PointsError(problem, file=name, line=line) from None
