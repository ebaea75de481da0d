"""Cells of a table, where they end, and what is between records."""

from netgrad.compiled.loop import i64, part
from netgrad.compiled.reading import WRONG, number
from netgrad.compiled.words import STEP, special, zeros_below

LF, CR, QUOTE = 10, 13, 34


@part
def behind_no_records(text, at, size, has_blank_lines, comment, comment_size):
    """The place behind blank lines, where there may be some, and comments, of which the last one ends with a line."""
    while at < size:
        if comment_size and _begins(text, at, size, comment, comment_size):
            while text[at] != LF:
                at += 1
        elif has_blank_lines and text[at] == CR and text[at + 1] == LF:
            at += 1
        elif not (has_blank_lines and text[at] == LF):
            break
        at += 1
    return at


@part
def _begins(text, at, size, comment, comment_size):
    """True where the comment's mark stands at a place."""
    if at + comment_size > size:
        return False
    for k in range(comment_size):
        if text[at + k] != comment[k]:
            return False
    return True


@part
def number_in(text, at, size, point, blank, blank_2):
    """As `number`, of a cell that may have quotes around it."""
    if text[at] != QUOTE:
        return number(text, at, size, point, blank, blank_2)
    value, at, what = number(text, at + 1, size, point, blank, blank_2)
    return value, at + 1, what if text[at] == QUOTE else WRONG


@part
def _behind_quotes(text, at, size):
    """The place behind the closing quote of a cell; -1 where there is none or a NUL."""
    while at < size:
        if text[at] == QUOTE:
            if text[at + 1] != QUOTE:
                return at + 1
            at += 1
        if text[at] == 0:
            return -1
        at += 1
    return -1


@part
def behind_cell(text, at, size, delimiter):
    """The place behind a cell, of a delimiter or an end of line; -1 where it is not sound."""
    if text[at] == QUOTE:
        return _behind_quotes(text, at + 1, size)
    while at + STEP <= size:
        found = special(text, at, delimiter)
        if found:
            at += i64(zeros_below(found))
            return -1 if text[at] == QUOTE or text[at] == 0 else at
        at += STEP
    while text[at] != delimiter:
        if text[at] == LF or text[at] == CR:
            break
        if text[at] == QUOTE or text[at] == 0:
            return -1
        at += 1
    return at
