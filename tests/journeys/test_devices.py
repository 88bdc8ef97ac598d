"""Microphone and camera as one person turns them on and off (devices.js), in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.living import Living, until

# Tracks of the browser's own making; the question for them waits until it is answered.
DEVICES = """
async () => {
  const { Devices } = await import("/static/rooms/devices.js");
  window.asked = [];
  window.stopped = [];
  const sound = () => new AudioContext().createMediaStreamDestination().stream;
  navigator.mediaDevices.getUserMedia = () => new Promise((answer) => asked.push(() => {
    const stream = sound();
    [window.track] = stream.getTracks();
    answer(stream);
  }));
  const picture = { width: 160, height: 120, rate: 10 };
  window.devices = new Devices(picture, () => {}, (what) => stopped.push(what));
}
"""


@pytest.fixture
def page(living: Living, person_page: Callable[..., Any]) -> Any:
    page = person_page()
    page.goto(f"{living.url}/")
    page.evaluate(DEVICES)
    return page


def test_whoever_presses_twice_is_asked_once_and_has_one_microphone(page: Any) -> None:
    page.evaluate("window.both = Promise.all([devices.speak(true), devices.speak(true)]), 0")
    assert page.evaluate("asked.length") == 1
    assert page.evaluate("asked[0](), both") == [True, True]
    assert page.evaluate("devices.voice === track")
    page.evaluate("devices.speak(false)")
    assert page.evaluate("track.readyState") == "ended"


def test_a_microphone_that_is_given_after_leaving_is_let_go_of(page: Any) -> None:
    page.evaluate("window.late = devices.speak(true), devices.release(), 0")
    page.evaluate("asked[0](), late")
    assert page.evaluate("[devices.voice, track.readyState]") == [None, "ended"]


def test_whoever_turns_a_microphone_on_while_the_room_rests_sends_nothing(page: Any) -> None:
    page.evaluate("devices.rest(true), window.given = devices.speak(true), asked[0](), given")
    assert page.evaluate("track.enabled") is False
    page.evaluate("devices.rest(false)")
    assert page.evaluate("track.enabled") is True


def test_a_microphone_that_is_pulled_out_is_off_and_that_is_said(page: Any) -> None:
    page.evaluate("window.given = devices.speak(true), asked[0](), given")
    page.evaluate("track.dispatchEvent(new Event('ended')), 0")
    until(lambda: page.evaluate("stopped") == ["voice"])
    assert page.evaluate("devices.voice") is None
