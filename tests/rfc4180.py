"""RFC 4180 read byte by byte, strictly, and numbers character by character: oracles, slow and plain."""

from typing import NamedTuple

DIGITS = "0123456789"


class Cell(NamedTuple):
    start: int  # byte of the file
    says: bytes  # without its quotes
    is_quoted: bool


class Record(NamedTuple):
    start: int
    end: int  # before its end of line
    eol: bytes
    cells: list[Cell]


class Fault(NamedTuple):
    at: int  # byte of the file
    what: str


def read(data: bytes, delimiter: bytes = b",") -> tuple[list[Record], Fault | None]:
    """The records before the first fault, and the fault."""
    records, i = [], 0
    while i < len(data):
        start, cells = i, []
        while True:
            cell, i, fault = _cell(data, i, delimiter)
            if fault:
                return records, fault
            cells.append(cell)
            if data[i : i + 1] != delimiter:
                break
            i += 1
        eol = b"\r\n" if data[i : i + 2] == b"\r\n" else data[i : i + 1]
        records.append(Record(start, i, eol, cells))
        i += len(eol)
    return records, None


def _cell(data: bytes, start: int, delimiter: bytes) -> tuple[Cell, int, Fault | None]:
    """A cell, the byte after it, and what is wrong there."""
    says, i = b"", start
    is_quoted = data[start : start + 1] == b'"'
    if is_quoted:
        i += 1
        while data[i : i + 1] != b'"' or data[i : i + 2] == b'""':
            if i == len(data):
                return Cell(start, says, True), i, Fault(start, "open quote")
            if data[i] == 0:
                return Cell(start, says, True), i, Fault(i, "NUL")
            says += data[i : i + 1]
            i += 2 if data[i : i + 2] == b'""' else 1
        i += 1
    else:
        while i < len(data) and data[i : i + 1] not in (delimiter, b"\n", b"\r", b'"', b"\0"):
            says += data[i : i + 1]
            i += 1
    cell = Cell(start, says, is_quoted)
    after = data[i : i + 1]
    if after in (b"", b"\n", delimiter) or data[i : i + 2] == b"\r\n":
        return cell, i, None
    what = {b"\0": "NUL", b"\r": "bare CR"}.get(after, "text after quote" if is_quoted else "quote inside")
    return cell, i, Fault(i, what)


def place(data: bytes, at: int) -> tuple[int, int]:
    """Line and character, from 1, of byte `at`."""
    line = data[:at].split(b"\n")
    return len(line), len(line[-1].decode("utf-8", "surrogateescape")) + 1


def is_number(text: str) -> bool:
    """Whether `text` is a number of the grammar, too large ones included."""
    rest = text.strip(" \t")
    rest = rest[1:] if rest[:1] in ("+", "-") else rest
    whole, rest = _digits(rest)
    part, rest = _digits(rest[1:]) if rest[:1] == "." else ("", rest)
    if not whole + part:
        return False
    if rest[:1] in ("e", "E"):
        exponent, rest = _digits(rest[2:] if rest[1:2] in ("+", "-") else rest[1:])
        if not exponent:
            return False
    return not rest


def _digits(text: str) -> tuple[str, str]:
    n = next((i for i, c in enumerate(text) if c not in DIGITS), len(text))
    return text[:n], text[n:]


def parsed(text: str) -> tuple[float | None, int]:
    """Value of a cell, or None and the character, from 0, where it stops being a number's beginning."""
    blanks = len(text) - len(text.lstrip(" \t"))
    if is_number(text):
        value = float(text)
        return (None, blanks) if value in (float("inf"), -float("inf")) else (value, 0)
    if blanks == len(text):
        return None, 0
    return None, max(n for n in range(len(text) + 1) if is_number(text[:n]) or is_number(text[:n] + "0"))
