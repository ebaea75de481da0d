"""Colours for values: equal steps of the value look like equal steps of colour, for the colour-blind too.

Colours are mixed in Oklab, where distance is close to difference as it is seen (B. Ottosson, A perceptual color space
for image processing, 2020). Blue and red differ for every common kind of colour-blindness, and lightness alone
tells how far a value is from the level.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array

# Lightness, chroma and hue in degrees.
BLUE, WHITE, RED = (0.47, 0.15, 256.0), (0.97, 0.0, 0.0), (0.47, 0.15, 30.0)
AMBER, AZURE = (0.68, 0.16, 50.0), (0.64, 0.14, 248.0)  # legible on black as on white
ROSE, SKY = (0.90, 0.06, 30.0), (0.90, 0.05, 240.0)
DARK_TO_LIGHT = ((0.30, 0.10, 285.0), (0.50, 0.10, 235.0), (0.72, 0.12, 170.0), (0.94, 0.14, 105.0))
# The same ways in the 256 colours of terminals: share, and the number of the colour in the cube 6 x 6 x 6 from 16.
DIVERGING_256 = (
    *((0.01, 25), (0.15, 68), (0.27, 110), (0.39, 153), (0.50, 231)),
    *((0.56, 224), (0.65, 217), (0.76, 174), (0.85, 167), (1.0, 124)),
)
SEQUENTIAL_256 = (
    *((0.0, 17), (0.12, 18), (0.25, 24), (0.40, 31), (0.50, 37)),
    *((0.60, 72), (0.74, 79), (0.83, 150), (0.90, 186), (1.0, 228)),
)
_CUBE = np.array([0, 95, 135, 175, 215, 255], np.uint8)

_LMS = np.array(  # Oklab -> cube roots of the cones' responses
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]]
)
_RGB = np.array(  # the cones' responses -> linear sRGB
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


class Scale(NamedTuple):
    """Scale of values for colours; with a level, colours diverge from white at the level."""

    low: float
    high: float
    level: float | None = None

    def share(self, a: Array) -> Array:
        """Share of the way between the ends, 0 to 1, at which values stand; with a level that is at 1/2."""
        if self.level is None:
            share: Array = (a - self.low) / (self.high - self.low)
        else:
            share = 0.5 + (a - self.level) / (2 * max(self.high - self.level, self.level - self.low))
        return share.clip(0.0, 1.0)

    def colours(self, a: Array, few: bool = False) -> NDArray[np.uint8]:
        """sRGB of each value, shape (..., 3); of `few` colours, the nearest."""
        if few:
            return _nearest(SEQUENTIAL_256 if self.level is None else DIVERGING_256, self.share(a))
        return sequential(self.share(a)) if self.level is None else diverging(self.share(a))


def scale_of(a: Array, level: float | None, whole: tuple[float, float] | None) -> Scale:
    """Scale for the values `a`, from the least to the largest, with the level if that is between them.

    With the level it is for all values that such an output can have, where `whole` tells them.
    """
    low, high = float(a.min()), float(a.max())
    if level is not None and low < level < high:
        return Scale(*(whole or (low, high)), level)
    if low == high:
        reach = abs(low) / 2 or 0.5
        low, high = low - reach, high + reach
    return Scale(low, high)


def diverging(t: Array) -> NDArray[np.uint8]:
    """Blue at 0, white at 1/2, red at 1."""
    return _between((BLUE, WHITE, RED), t)


def sequential(t: Array) -> NDArray[np.uint8]:
    """Dark violet at 0, through blue and green to light yellow at 1."""
    return _between(DARK_TO_LIGHT, t)


def is_light(rgb: NDArray[np.uint8]) -> bool:
    """True where black stands out from the colour more than white does."""
    return bool(np.dot(_linear(rgb), (0.2126, 0.7152, 0.0722)) > 0.179)  # equal contrast by WCAG 2


def _nearest(ladder: tuple[tuple[float, int], ...], t: Array) -> NDArray[np.uint8]:
    shares, codes = (np.array(column) for column in zip(*ladder, strict=True))
    which = np.abs(t[..., np.newaxis] - shares).argmin(axis=-1)
    cube = codes[which] - 16
    rgb: NDArray[np.uint8] = _CUBE[np.stack([cube // 36, cube // 6 % 6, cube % 6], axis=-1)]
    return rgb


def anchor(colour: tuple[float, float, float]) -> NDArray[np.uint8]:
    """One of the colours above, shape (3,)."""
    return _between((colour, colour), np.zeros(()))


def _linear(rgb: NDArray[np.uint8]) -> Array:
    v = rgb / 255
    linear: Array = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    return linear


def _between(anchors: tuple[tuple[float, float, float], ...], t: Array) -> NDArray[np.uint8]:
    """On straight lines between the anchors, at the same speed everywhere."""
    L, C, h = np.array(anchors).T
    lab = np.column_stack([L, C * np.cos(np.radians(h)), C * np.sin(np.radians(h))])
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(lab, axis=0), axis=1))])
    where = np.asarray(t) * way[-1]
    return _srgb(np.stack([np.interp(where, way, channel) for channel in lab.T], axis=-1))


def _srgb(lab: Array) -> NDArray[np.uint8]:
    linear = np.clip((lab @ _LMS.T) ** 3 @ _RGB.T, 0.0, 1.0)
    v = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    rgb: NDArray[np.uint8] = np.round(255 * v).astype(np.uint8)
    return rgb
