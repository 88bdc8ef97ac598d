"""Every pair of colours that words stand in can be read, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import beside.look

TOKENS = (Path(beside.look.__file__).parent / "static/look/tokens.css").read_text()
BODY, REST, EDGES = 7.0, 4.5, 3.0
PAPERS = ("paper", "surface", "sunk")
SOFT = ("brand-soft", "sun-soft", "dusk-soft", "care-soft")
PAIRS = [
    *[("ink", under, BODY) for under in PAPERS + SOFT],
    *[("ink-2", under, REST) for under in PAPERS],
    *[("brand", under, REST) for under in PAPERS],
    *[("edge", under, EDGES) for under in PAPERS],
    ("brand-strong", "brand-soft", REST),
    ("sun-ink", "sun-soft", REST),
    ("dusk", "dusk-soft", REST),
    ("care", "care-soft", REST),
    ("care", "surface", REST),
    ("on-brand", "brand", REST),
    ("on-dusk", "dusk", REST),
    ("bar-ink", "bar", BODY),
    ("bar-link", "bar", REST),
]


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r"([^{}]*)\{([^{}]*)\}", TOKENS)
    found: dict[str, dict[str, str]] = {}
    for selector, body in blocks:
        values = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
        if "paper" in values:
            name = "light" if '"light"]' in selector and ":not" not in selector else "dark"
            found.setdefault(name + ("-device" if ":not" in selector else ""), values)
    return found


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("over", "under", "least"), PAIRS)
def test_words_can_be_read_on_what_is_under_them(
    theme: str, over: str, under: str, least: float
) -> None:
    values = themes()[theme]
    assert contrast(values[over], values[under]) >= least


@pytest.mark.parametrize("number", range(1, 13))
def test_the_letter_on_every_pebble_can_be_read(number: int) -> None:
    (colour,) = re.findall(rf"--pebble-{number}:\s*(#[0-9a-f]{{6}})", TOKENS)
    assert contrast("#ffffff", colour) >= REST


def test_dark_by_the_switch_is_the_same_dark_as_by_the_device() -> None:
    assert themes()["dark"] == themes()["dark-device"]
