"""Records of a table as points and spans, and results behind them as text: one pass over the bytes each way."""

from netgrad.compiled.cells import CR, LF, behind_cell, behind_no_records, number_in
from netgrad.compiled.loop import Bytes, Floats, Integers, Words, i64, loop, u8, u64
from netgrad.compiled.reading import READ, UNDECIDED
from netgrad.compiled.words import copy, store
from netgrad.compiled.writing import decimal, put

TAB, SPACE = 9, 32


@loop(i64, Bytes, i64, Integers, Integers, i64, i64, u8, u8, Bytes, i64, Floats, i64, Integers, Integers, Integers, i64)
def scan(
    text, size, inputs, marks, width, marked, delimiter, point, comment, comment_size,
    X, n, spans, cells, undecided, most,
):  # fmt: skip
    """Read whole records, all of them with `width` cells, and all inputs numbers; as many as there are, or -1.

    For column j, inputs[j] is the place of its number among the n of a row of X, and marks[j] that of its bounds among
    the `marked` pairs of a row of `cells`; -1 for neither. `spans` has bounds of the records, without their ends. At
    most `most` triples of `undecided` have the index in X of a number that is not known, and its bounds; undecided[0]
    counts them.
    """
    blank = u8(SPACE) if delimiter != SPACE else u8(TAB)
    blank_2 = u8(TAB) if delimiter != TAB else u8(SPACE)
    at, row, doubts = behind_no_records(text, 0, size, width > 1, comment, comment_size), i64(0), i64(0)
    while at < size:
        spans[2 * row] = at
        for j in range(width):
            first = at
            if inputs[j] < 0:
                at = behind_cell(text, at, size, delimiter)
            else:
                place = row * n + inputs[j]
                X[place], at, what = number_in(text, at, size, point, blank, blank_2)
                if what == UNDECIDED and doubts < most:
                    doubts += 1
                    undecided[3 * doubts], undecided[3 * doubts + 1], undecided[3 * doubts + 2] = place, first, at
                elif what != READ:
                    return -1
            if at < 0:
                return -1
            if marks[j] >= 0:
                place = 2 * (row * marked + marks[j])
                cells[place], cells[place + 1] = first, at
            if j < width - 1:
                if text[at] != delimiter:
                    return -1
                at += 1
        spans[2 * row + 1] = at
        at += 1 if text[at] == CR else 0
        if text[at] != LF:
            return -1
        row += 1
        at = behind_no_records(text, at + 1, size, width > 1, comment, comment_size)
    undecided[0] = doubts
    return row


@loop(i64, Bytes, Integers, i64, Floats, i64, u8, u8, u8, u64, i64, Bytes, Words, Integers, i64)
def write(text, spans, m, results, p, echoes, delimiter, point, end, end_size, out, words, exponents, together):
    """Write m records, each what is within its bounds, if it `echoes`, p results and the end; the place behind.

    The end of a record is that of the word `end` of so many bytes. `words` and `exponents` have room for `together`
    results: so many are made decimal before any is written, as where one is written depends on those before it.
    """
    at, first, made = i64(0), i64(0), i64(0)
    for row in range(m):
        if echoes:
            size = spans[2 * row + 1] - spans[2 * row]
            copy(out, at, text, spans[2 * row], size)
            at += size
        for j in range(p):
            if row * p + j == made:
                first, made = made, min(made + together, m * p)
                for i in range(made - first):
                    words[i], exponents[i] = decimal(results[first + i])
            out[at] = delimiter
            at += 1 if echoes or j else 0
            i = row * p + j - first
            at = put(out, at, words[i], exponents[i], point)
        store(out, at, end)
        at += end_size
    return at


@loop(i64, Bytes, Integers, i64, i64, Integers, i64, u8, Bytes, Integers)
def gather(text, cells, m, marked, order, kept, delimiter, out, spans):
    """Write for m records the cells that are kept, in their order, between delimiters; the place behind.

    `spans` gets the bounds of what belongs to each.
    """
    at = i64(0)
    for row in range(m):
        spans[2 * row] = at
        for j in range(kept):
            place = 2 * (row * marked + order[j])
            out[at] = delimiter
            at += 1 if j else 0
            size = cells[place + 1] - cells[place]
            copy(out, at, text, cells[place], size)
            at += size
        spans[2 * row + 1] = at
    return at
