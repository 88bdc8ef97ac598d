"""`python -m tests.host.load PORT`: members of a group write to it without end, through its pages.

Prints the number of each answer once the page said that it was taken. One that was not is sent
again as a browser would, with the key of its form. A rule notices something in every one of them,
so that each has a job, and the job opens a concern.
"""

from __future__ import annotations

import http.client
import itertools
import os
import sys
import threading
import time
import urllib.parse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.host.settings")

import django

django.setup()

from django.test import Client  # noqa: E402

from beside import wall  # noqa: E402
from beside.forum import actions as forum  # noqa: E402
from tests.cast import build  # noqa: E402

WORDS = "I see no way out. This is answer {number}."
WRITERS = ("member", "blocked")
TOKEN = "t" * 32


def main() -> None:
    cast = build()
    with wall.acting_as(cast["greeter"].pk):
        opening = forum.open_topic(cast.group, title="A", words="B", by=cast["greeter"])
    path = f"/g/{cast.group.key}/talk/{opening.topic.key}/"
    numbers = itertools.count(1)
    for part in WRITERS:
        client = Client()
        client.force_login(cast[part])
        cookie = f"beside={client.cookies['beside'].value}; beside_form={TOKEN}"
        threading.Thread(target=write, args=(path, cookie, numbers)).start()


def write(path: str, cookie: str, numbers: itertools.count[int]) -> None:
    """One answer after the other, each sent until it was taken."""
    for number in numbers:
        while not taken(path, cookie, number):
            time.sleep(0.05)
        print(number, flush=True)


def taken(path: str, cookie: str, number: int) -> bool:
    """Send an answer; whether the page said that it was taken."""
    said = {"csrfmiddlewaretoken": TOKEN, "form_key": f"{number:016}"}
    body = urllib.parse.urlencode({**said, "words": WORDS.format(number=number)})
    kind = "application/x-www-form-urlencoded"
    asked = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
    try:
        asked.request("POST", path, body, {"Cookie": cookie, "Content-Type": kind})
        return asked.getresponse().status == 302
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


main()
