"""Demo sign-ins work on the machine that runs the demo, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as real
from django.test import Client

from beside.people.tests.cast import open_house, somebody

pytestmark = pytest.mark.django_db
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture(autouse=True)
def demo(settings: Any) -> Iterator[None]:
    open_house()
    somebody()
    file = real.HOME.root / "demo"
    file.write_text(json.dumps({"member": "calm-harbour-4821", "gone": "nobody-1000"}))
    settings.DEMO = True
    settings.LISTENS_ON = "127.0.0.1"
    yield
    file.unlink()


def status(address: str = "/demo/member/", **more: str) -> int:
    return Client().get(address, **(HERE | more)).status_code


def test_one_click_signs_in_a_person_of_the_demo(client: Client) -> None:
    assert client.get("/demo/member/", **HERE)["Location"] == "/today/"
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.9.1"])
def test_any_name_of_this_machine_will_do(host: str, address: str) -> None:
    assert status(HTTP_HOST=host, REMOTE_ADDR=address) == 302


@pytest.mark.parametrize("address", ["192.168.1.4", "203.0.113.7", "fe80::1", "", "unix:"])
def test_no_other_machine(address: str) -> None:
    assert status(REMOTE_ADDR=address) == 404


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_REAL_IP",
        "HTTP_FORWARDED",
        "HTTP_VIA",
    ],
)
def test_nobody_behind_a_proxy(header: str) -> None:
    assert status(**{header: "127.0.0.1"}) == 404


def test_no_other_host_name(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert status(HTTP_HOST="beside.example.org") == 404
    assert status(HTTP_HOST="127.0.0.1.example.org") == 404


def test_not_where_the_site_has_a_public_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://beside.example.org"
    assert status() == 404


@pytest.mark.parametrize("host", ["10.0.0.1", "::", "0:0::", "beside.example.org", ""])
def test_not_where_the_house_listens_to_others_or_does_not_know(settings: Any, host: str) -> None:
    settings.LISTENS_ON = host
    assert status() == 404


def test_nor_where_a_proxy_stands_in_front(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert status() == 404


def test_not_in_a_house_that_is_no_demo(settings: Any) -> None:
    settings.DEMO = False
    assert status() == 404


def test_not_by_a_link_on_somebody_elses_page() -> None:
    assert status(HTTP_SEC_FETCH_SITE="cross-site") == 404
    assert status(HTTP_SEC_FETCH_SITE="none") == 302


@pytest.mark.parametrize("name", ["gone", "somebody", "calm-harbour-4821"])
def test_only_the_people_of_the_demo(name: str) -> None:
    assert status(f"/demo/{name}/") == 404


@pytest.mark.parametrize("words", ["", "not json", "[1]"])
def test_a_broken_demo_file_lets_nobody_in(words: str) -> None:
    (real.HOME.root / "demo").write_text(words)
    assert status() == 404
