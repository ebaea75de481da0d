"""Colours, by the measures of others: CIELAB, and how the colour-blind see."""

import numpy as np
import pytest

from netgrad.plot.colours import Scale, diverging, is_light, scale_of, sequential

NEAR = 20  # on the whole: the cube's own steps are 30 apart
T = np.linspace(0.0, 1.0, 65)
# sRGB to XYZ, IEC 61966-2-1, and the white point D65.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Vienot, Brettel & Mollon, Color Research and Application 24(4), 1999: linear RGB to the cones, and what is missing.
CONES = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
BLIND = {
    "nobody": np.eye(3),
    "protanope": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
    "deuteranope": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
}


def linear(rgb):
    v = rgb / 255
    return np.where(v <= 0.04045, v / 12.92, ((np.maximum(v, 0.04045) + 0.055) / 1.055) ** 2.4)


def lab(rgb, who="nobody"):
    seen = linear(rgb) @ (np.linalg.inv(CONES) @ BLIND[who] @ CONES).T
    f = np.cbrt(np.maximum(seen, 0) @ XYZ.T / XYZ.sum(axis=1))
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def steps(colours, who="nobody"):
    return np.linalg.norm(np.diff(lab(colours, who), axis=0), axis=1)


def test_lightness_rises_all_the_way_or_up_to_the_middle():
    lightness = lab(sequential(T))[:, 0]
    assert (np.diff(lightness) > 0).all()
    halves = lab(diverging(T))[:, 0]
    assert (np.diff(halves[:33]) > 0).all()
    assert (np.diff(halves[32:]) < 0).all()
    assert np.abs(halves - halves[::-1]).max() < 3


@pytest.mark.parametrize("colours", [sequential, diverging])
def test_equal_steps_of_the_value_look_alike(colours):
    apart = steps(colours(T[::4]))
    assert apart.max() < 2 * apart.min()


@pytest.mark.parametrize("who", BLIND)
def test_low_and_high_differ_for_everyone(who):
    ends = lab(diverging(np.array([0.0, 0.25, 0.75, 1.0])), who)
    assert np.linalg.norm(ends[0] - ends[3]) > 60
    assert np.linalg.norm(ends[1] - ends[2]) > 30
    assert (np.diff(lab(sequential(T[::4]), who)[:, 0]) > 0).all()


def test_the_level_is_white_and_the_colours_diverge_as_fast_on_both_sides():
    scale = Scale(0.0, 1.0, 0.25)
    assert lab(scale.colours(np.array(0.25)))[0] > 95
    assert scale.share(np.array([0.0, 0.5, 1.0])) == pytest.approx([1 / 3, 2 / 3, 1.0])


@pytest.mark.parametrize("level", [None, 0.5])
def test_few_colours_are_of_the_terminals_cube_and_go_the_same_way(level):
    scale = Scale(0.0, 1.0, level)
    few, many = scale.colours(T, few=True), scale.colours(T)
    assert set(few.flat) <= {0, 95, 135, 175, 215, 255}
    assert np.linalg.norm(lab(few) - lab(many), axis=1).mean() < NEAR
    rises = np.diff(lab(few)[:, 0])
    assert (rises[:32] >= 0).all()
    assert (rises[32:] <= 0).all() if level else (rises[32:] >= 0).all()


def test_ink_is_what_stands_out():
    for rgb in np.random.default_rng(3).integers(0, 256, (200, 3)).astype(np.uint8):
        luminance = linear(rgb) @ XYZ[1]
        on_black, on_white = (luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05)  # contrast by WCAG 2
        assert is_light(rgb) == (on_black > on_white) or abs(on_black - on_white) < 0.1


def test_a_scale_is_of_all_possible_values_where_they_cross_the_level_else_of_those_that_are_there():
    a = np.array([0.2, 0.6])
    assert scale_of(a, 0.5, (0.0, 1.0)) == (0.0, 1.0, 0.5)
    assert scale_of(a, 0.5, None) == (0.2, 0.6, 0.5)
    assert scale_of(a, 0.1, (0.0, 1.0)) == (0.2, 0.6, None)
    assert scale_of(np.array([3.0, 3.0]), None, None) == (1.5, 4.5, None)
    assert scale_of(np.zeros(2), None, None) == (-0.5, 0.5, None)
