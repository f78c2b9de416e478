"""The colours of the page, computed from its own list: axe looks at text only."""

import re
from itertools import product

import pytest

from bot.pages.assets import STATIC


def colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "page.css").read_text(), re.DOTALL)
    light = dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[0]))
    return light if scheme == "light" else light | dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_seven_to_one(scheme: str) -> None:
    palette = colours(scheme)
    pairs = [*product(("ink", "quiet", "sea", "roof"), ("paper", "sheet")), ("ink", "mine"), ("quiet", "mine")]
    pairs += [("on-sea", "sea"), ("roof", "mine")]

    faint = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in pairs}

    assert {pair: ratio for pair, ratio in faint.items() if ratio < (6 if "roof" in pair else 7)} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_the_ring_stand_out_three_to_one(scheme: str) -> None:
    palette = colours(scheme)
    pairs = product(("edge", "ring", "sea"), ("paper", "sheet", "mine"))

    assert {pair for pair in pairs if contrast(palette[pair[0]], palette[pair[1]]) < 3} == set()
