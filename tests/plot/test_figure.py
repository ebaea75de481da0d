"""Figures by matplotlib."""

import re
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import shell
from scenes import PAPER, boundary, paper_scene, plane, scene

from netgrad.cli.main import netgrad
from netgrad.core.backprop import evaluate
from netgrad.errors import UsageError
from netgrad.plot.figure import FINE, check_installed, figure, picture
from netgrad.plot.marks import Marks

pytestmark = pytest.mark.slow  # matplotlib

SIZE = (5.8, 5.0)
PLOT = (
    "netgrad plot sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --target class --classes B,A --range 0:1"
)


def axes_of(drawn):
    return drawn.axes[0]


def contour_of(axes):
    return next(c for c in axes.collections if type(c).__name__ == "QuadContourSet")


def test_every_point_is_there_with_the_sign_of_its_class():
    axes = axes_of(figure(paper_scene(), SIZE))
    found = {s.get_label(): np.asarray(s.get_offsets()) for s in axes.collections if s.get_label() in ("A", "B")}
    marks = paper_scene().marks
    assert np.array_equal(found["A"], marks.V[marks.y == 1])
    assert np.array_equal(found["B"], marks.V[marks.y == 0])


def test_the_contour_goes_where_bisection_finds_it():
    (path,) = contour_of(axes_of(figure(paper_scene(), SIZE))).get_paths()
    x1, x2 = path.vertices.T
    assert len(x1) > FINE
    assert np.abs(boundary(x2) - x1).max() < 1 / FINE
    assert (x2.min(), x2.max()) == (0.0, 1.0)


def test_arrows_go_up_the_gradient_and_across_the_contours_as_drawn():
    drawn = scene(PAPER, (0.0, 1.0), (-1.0, 3.0))
    (quiver,) = (c for c in axes_of(figure(drawn, SIZE)).collections if type(c).__name__ == "Quiver")
    h = np.array([1e-6, 4e-6])  # the same way in the picture
    for X, U in zip(np.c_[quiver.X, quiver.Y], np.c_[quiver.U, quiver.V], strict=True):
        ends = evaluate(PAPER, X + np.diag(h)) - evaluate(PAPER, X - np.diag(h))
        differences = ends[:, 0]
        assert np.dot(U, differences) > 0.9999 * np.linalg.norm(U) * np.linalg.norm(differences)
    assert len(quiver.U) > 10


def test_the_value_and_the_derivative_are_the_curves():
    value, derivative = figure(scene(plane(3.0), (0.0, 2.0), level=None), SIZE).axes
    assert value.lines[0].get_xydata()[[0, -1]].tolist() == [[0.0, 0.0], [2.0, 6.0]]
    assert set(derivative.lines[0].get_ydata()) == {3.0}


def test_points_without_a_target_are_on_the_curve():
    marks = Marks(np.array([[0.5], [1.5]]), total=7, taken=2)
    drawn = figure(scene(plane(2.0), (0.0, 2.0), level=None, marks=marks), SIZE)
    assert np.asarray(drawn.axes[0].collections[0].get_offsets()) == pytest.approx(np.array([[0.5, 1.0], [1.5, 3.0]]))
    assert drawn.legends[0].get_title().get_text() == "2 of 7 points"


@pytest.mark.parametrize(("form", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_picture_has_the_same_bytes_each_time_and_no_date(form, magic):
    first, second = (picture(paper_scene(), form, 400, 300) for _ in range(2))
    assert first == second
    assert first.startswith(magic)
    assert not re.search(rb"20\d\d-\d\d-\d\d|D:20\d\d|CreationDate", first)


def test_a_picture_is_of_so_many_pixels():
    png = picture(paper_scene(), "png", 420, 330)
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (420, 330)


def test_the_settings_of_a_user_change_nothing():
    import matplotlib

    curve = scene(plane(3.0), (0.0, 1.0))
    expected = picture(curve, "svg")
    with matplotlib.rc_context({"font.size": 30.0, "svg.hashsalt": None, "axes.facecolor": "green"}):
        assert picture(curve, "svg") == expected


def test_names_are_not_taken_for_mathematics():
    odd = paper_scene()._replace(names=("$x_1$ \x1b", "価格 [$]"), output="50 % $")
    assert picture(odd, "svg").startswith(b"<?xml")


def test_without_matplotlib_one_line_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"^a picture as svg needs the extra plot: pip install 'netgrad\[plot\]'$"):
        check_installed("svg")


def test_another_process_writes_the_same_bytes(tmp_path):
    ran = shell.run(f"{PLOT} --format svg", PYTHONHASHSEED="1")
    assert (ran.err, ran.code) == ("", 0)
    with netgrad.make_context("netgrad", [*PLOT.split()[1:], "-o", str(tmp_path / "p.svg")]) as context:
        netgrad.invoke(context)
    assert (tmp_path / "p.svg").read_text() == ran.out


def test_the_picture_of_the_readme_is_small_and_whole():
    path = shell.ROOT / "sample_nets" / "paper_points.svg"
    assert path.stat().st_size < 100_000
    parts = [element.get("id", "") for element in ET.parse(path).iter()]
    assert any(part.startswith("QuadContourSet") for part in parts)
    assert any(part.startswith("Quiver") for part in parts)
