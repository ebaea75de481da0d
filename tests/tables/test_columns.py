"""Which columns are the inputs, and what is said where that is not clear."""

import re

import pytest
from answers import choice

from netgrad.errors import NetgradError, PointsError, UsageError
from netgrad.tables.columns import distinct, layout_of, result_header


def layout(record, n=2, **said):
    return layout_of(record.split(b","), choice(n, **said))


@pytest.mark.parametrize(
    ("record", "is_header"),
    [
        (b"x1,x2", True),
        (b"1,2", False),
        (b" 1 ,\t-2e5", False),
        (b'"1",2', False),
        (b"1e999,2", False),  # a number, if too large: not a name
        (b"x,", True),
        (b"1_000,0x1c", True),
        (b"\xef\xbc\x91,a", True),
    ],
)
def test_the_first_record_is_a_header_if_all_of_it_is_text(record, is_header):
    assert (layout(record).header is not None) == is_header
    assert layout(record, header=True).header == record
    assert layout(record, header=False).header is None


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (b"a,1", "1 number and 'a'"),
        (b"1,,2", "2 numbers and ''"),
        (b",", "no name"),
        (b"NA,x", "'NA', which may be a missing value"),
        (b"x,nan", "'nan', which may be a missing value"),
        (b"-inf,null", "'-inf', which may be a missing value"),
    ],
)
def test_a_first_record_that_may_be_either_is_asked_about(record, why):
    message = f"the first record has {why}: say --header if it is a header, --no-header if it is data"
    with pytest.raises(PointsError, match=re.escape(message)):
        layout(record)


def test_the_networks_names_make_a_header_even_beside_numbers():
    named = layout(b"y,2020,x", inputs=("x", "y"))
    assert (named.inputs, named.names, named.header) == ((2, 0), ("x", "y"), b"y,2020,x")
    assert layout(b"2,1", inputs=("1", "2")).inputs == (1, 0)


@pytest.mark.parametrize(
    ("record", "said", "inputs", "names"),
    [
        (b"a,b", {}, (0, 1), ("a", "b")),
        (b'" a ",b ', {}, (0, 1), ("a", "b")),
        (b"1,2", {}, (0, 1), ("x1", "x2")),
        (b"1,2", {"inputs": ("p", "q")}, (0, 1), ("p", "q")),
        (b"id,q,p", {"inputs": ("p", "q")}, (2, 1), ("p", "q")),
        (
            b"id,q,p",
            {"inputs": ("p", "q"), "columns": "q,p"},
            (2, 1),
            ("p", "q"),
        ),  # -c says which, names in which order
        (b"id,q,p", {"inputs": ("p", "q"), "columns": "2-3"}, (2, 1), ("p", "q")),
        (b"id,q,r", {"inputs": ("p", "q"), "columns": "3,2"}, (2, 1), ("r", "q")),
        (b"id,q,p", {"columns": "2-3"}, (1, 2), ("q", "p")),
        (b"x2,x1", {}, (1, 0), ("x1", "x2")),
        (b"id,x2,x1", {}, (2, 1), ("x1", "x2")),
        (b"u,x2", {}, (0, 1), ("u", "x2")),
        (b"1,2,3", {"columns": "3,1"}, (2, 0), ("x1", "x2")),
        (b"u,u", {}, (0, 1), ("u[1]", "u[2]")),
        (b"u,v,u", {"columns": "v,u[2]"}, (1, 2), ("v", "u[2]")),
        (b",a", {}, (0, 1), ("column 1", "a")),
        (b"\xff,a", {}, (0, 1), ("\udcff", "a")),
    ],
)
def test_the_inputs_are_these_columns_with_these_names(record, said, inputs, names):
    found = layout(record, **said)
    assert (found.inputs, found.names) == (inputs, names)


@pytest.mark.parametrize(
    ("record", "said", "message"),
    [
        (b"a,b,c", {}, "3 columns, but the network has 2 inputs: say which with -c: a, b, c"),
        (b"1,2,3", {}, "3 columns, but the network has 2 inputs: say which with -c"),
        (b"1", {}, "1 column, but the network has 2 inputs: say which with -c"),
        (b"a;b", {}, "say which with -c: a;b (if cells are separated by ';', say -d ';')"),
        (b"a\tb", {}, "(if cells are separated by '\\t', say -d '\\t')"),
        (b"id,p,v", {"inputs": ("p", "q")}, "no column 'q', an input of the network: say which with -c"),
        (b"p,qqqq,a", {"inputs": ("p", "qqq")}, "(did you mean 'qqqq'?): say which with -c; columns are p, qqqq, a"),
        (b"p,x", {"inputs": ("p", "q")}, "no column 'q', an input of the network"),
        (b"a,b", {"inputs": ("p", "q")}, "as in -c 1-2 if they are the inputs in their order; columns are a, b"),
        (b"Q,P", {"inputs": ("p", "q")}, "no column 'p', an input of the network (did you mean 'P'?)"),
        (
            b"id,q,r",
            {"inputs": ("p", "q"), "columns": "2-3"},
            "-c: column 'q' would be the input 'p', but 'q' is another",
        ),
        (b"u,x1", {}, "header: column 'x1' would be the input 'x2', but 'x1' is another input of the network"),
        (b"p,p,q", {"inputs": ("p", "q")}, "2 columns are called 'p': say which with -c, 'p[2]' is the second"),
        (b"a,b", {"columns": "a"}, "-c names 1 column, but the network has 2 inputs"),
        (b"a,b", {"columns": "a,1"}, "-c names a column twice: 'a,1'"),
        (b"a,b", {"columns": "a,c"}, "no column 'c'; columns are a, b"),
        (b"a,b", {"keep": "c"}, "no column 'c'; columns are a, b"),
        (b"a\x1b[1m,b,c", {}, r"say which with -c: a\x1b[1m, b, c"),
    ],
)
def test_inputs_that_are_not_clear_are_an_error_that_says_what_to_do(record, said, message):
    with pytest.raises(NetgradError, match=re.escape(message)):
        layout(record, **said)


@pytest.mark.parametrize(
    ("record", "said", "header"),
    [
        (b' id ,"u", v', {"columns": "u,v"}, b' id ,"u", v,a,da'),
        (b"id,u,v", {"columns": "u,v", "keep": "none"}, b"a,da"),
        (b'id,"u",v', {"columns": "u,v", "keep": "u,id"}, b'"u",id,a,da'),
        (b"1,2,3", {"columns": "3,1"}, b"x2,c2,x1,a,da"),
        (b"1,2,3", {"columns": "1,3", "inputs": ("c2", "p")}, b"c2,column 2,p,a,da"),
        (b"1,2", {"inputs": ("p, q", 'r"')}, b'"p, q","r""",a,da'),
        (b"1,2", {"keep": "2"}, b"x2,a,da"),
        (b"\xff,2", {"header": True}, b"\xff,2,a,da"),
    ],
)
def test_the_outputs_header_is_the_inputs_and_the_results(record, said, header):
    assert result_header(layout(record, **said), ["a", "da"]) == header


def test_a_results_name_is_quoted_where_it_must_be():
    assert result_header(layout(b"x;y"[:1] + b",y"), ["a,b", 'c"', "\udcff"]) == b'x,y,"a,b","c""",\xff'


def test_a_result_never_has_the_name_of_a_column_or_of_another_result():
    with pytest.raises(UsageError, match="a column is called 'a' already: rename the results with --prefix"):
        result_header(layout(b"x, a "), ["a"])
    with pytest.raises(UsageError, match="a column is called 'x2' already"):
        result_header(layout(b"1,2"), ["x2"])
    with pytest.raises(UsageError, match="two results are called 'da_dx'"):
        result_header(layout(b"1,2"), ["da_dx", "a", "da_dx"])
    assert result_header(layout(b"x,a", keep="x"), ["a"]) == b"x,a"


def test_repeated_and_empty_names_are_told_apart():
    assert distinct(["u", "v", "", "u", ""]) == ("u[1]", "v", "column 3", "u[2]", "column 5")
