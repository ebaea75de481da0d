"""Columns as a user lists them: the table of the header's names, counted by hand, is the oracle."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgrad.errors import UsageError
from netgrad.tables.listing import resolve

NAMES = ["id", "u", "v", "u", "p, q", 'a"b', "3", "2-3", "u[3]", "", "Größe", "u"]
names = st.lists(st.text('au ,"[]12-\n', max_size=4), min_size=1, max_size=5, unique=True)


@pytest.mark.parametrize(
    ("listing", "columns"),
    [
        ("id", (0,)),
        ("v,id", (2, 0)),
        (" v ,\tid ", (2, 0)),
        ("1", (0,)),
        ("12", (11,)),
        ("1-2", (0, 1)),
        ("4-4,1", (3, 0)),
        ("01-02", (0, 1)),
        ("id,id", (0, 0)),
        ("3", (6,)),  # a name before a position
        ("2-3", (7,)),
        ("u[1]", (1,)),
        ("u[2]", (3,)),
        ("u[3]", (8,)),  # a name before a repetition
        ("id[1]", (0,)),
        ('"p, q"', (4,)),
        ('id, "p, q" ,v', (0, 4, 2)),
        ('a"b', (5,)),
        ('"a""b"', (5,)),
        ('"id"', (0,)),
        ("", (9,)),
        ("id,", (0, 9)),
        ('""', (9,)),
        ("Größe", (10,)),
    ],
)
def test_a_listing_means_these_columns(listing, columns):
    assert resolve(listing, NAMES, len(NAMES)) == columns


@pytest.mark.parametrize(
    ("listing", "message"),
    [
        ("u", "3 columns are called 'u': 'u[2]' is the second"),
        ("u[4]", "3 columns called 'u', but number 4 is asked for"),
        ("u[0]", "3 columns called 'u', but number 0 is asked for"),
        ("id[2]", "1 column called 'id', but number 2 is asked for"),
        ("0", "there is no column '0': the table has 12 columns"),
        ("13", "there is no column '13': the table has 12 columns"),
        ("5-13", "the range '5-13' goes beyond the columns: the table has 12 columns, from 1"),
        ("5-4", "the range '5-4' runs backwards: expected '4-5', or the columns by commas"),
        ("Große", "no column 'Große' (did you mean 'Größe'?); columns are id, u, v,"),
        ("w", "no column 'w'; columns are id, u, v,"),
        ("ID", "no column 'ID' (did you mean 'id'?); columns are id, u, v,"),
        ("1_0", "no column '1_0'; columns are"),
        ("\uff11", "no column '\uff11'; columns are"),
        ("9" * 30, "no column '" + "9" * 30 + "'; columns are"),
        ("-1", "no column '-1'"),
        ("1-", "no column '1-'"),
        ('"id', "no column '\"id'"),
        ("\x1b[31m", r"no column '\x1b[31m'"),
    ],
)
def test_what_is_no_column_is_named(listing, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        resolve(listing, NAMES, len(NAMES))


def test_without_a_header_only_positions_are_taken():
    assert resolve("3,1-2", None, 3) == (2, 0, 1)
    with pytest.raises(UsageError, match="no column 'x', for there is no header"):
        resolve("x", None, 3)


@given(names, st.data())
def test_any_names_are_found_when_quoted(names, data):
    trimmed = [name.strip(" \t") for name in names]
    unique = [name for name in trimmed if trimmed.count(name) == 1]
    picked = data.draw(st.lists(st.sampled_from(unique), max_size=4)) if unique else []
    if picked:
        listing = ",".join('"' + name.replace('"', '""') + '"' for name in picked)
        assert resolve(listing, trimmed, len(trimmed)) == tuple(trimmed.index(name) for name in picked)
