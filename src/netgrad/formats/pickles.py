"""Pickles: recognised, and refused with the lines that save what is in them as data; never unpickled."""

from netgrad.errors import NetworkError

_STARTS = tuple(b"\x80" + bytes([protocol]) for protocol in (2, 3, 4, 5))
_PACKED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x04\x22\x4d\x18")

_SAVE = (
    "a pickle is code and is never run here; where it was trained, save it as data: "
    "python -c \"import joblib, skops.io; skops.io.dump(joblib.load('{file}'), 'net.skops')\""
)


def is_pickle(head: bytes, suffix: str) -> bool:
    """True where a file that begins with `head` and ends in `suffix` is a pickle, of joblib or plain, packed or not."""
    if head.startswith(_STARTS):
        return True
    return suffix.lower() in (".pkl", ".pickle", ".joblib", ".sav") and head.startswith((*_PACKED, b"(", b"c", b"]"))


def read(path: str) -> None:
    """Refuse a pickle.

    Raises
    ------
    NetworkError
        Always.
    """
    raise NetworkError(_SAVE)
