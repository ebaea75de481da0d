"""File names on the command line: what opens a file says what is wrong with it."""

import os

import click
import pytest

from netgrad.cli.parameters import FILE, only_one


def test_a_file_that_may_not_be_read_is_no_matter_of_usage(tmp_path, monkeypatch):
    path = tmp_path / "p.csv"
    path.write_text("1\n")
    monkeypatch.setattr(os, "access", lambda *args, **more: False)
    assert FILE.convert(str(path), None, None) == str(path)
    assert FILE.convert(str(tmp_path), None, None) == str(tmp_path)


def test_no_name_is_no_file():
    with pytest.raises(click.BadParameter, match="name of a file"):
        FILE.convert("", None, None)


def test_the_last_of_several_points_is_not_taken_in_silence():
    context, option = click.Context(click.Command("trace")), click.Option(["--x"], multiple=True)
    assert only_one(context, option, ("0,1",)) == "0,1"
    assert only_one(context, option, ()) is None
    with pytest.raises(click.BadParameter, match="2 are given"):
        only_one(context, option, ("0,1", "1,1"))
