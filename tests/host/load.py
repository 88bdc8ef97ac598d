"""People who ask for pages as browsers do, and write through them without end."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TOKEN = "t" * 32  # of forms; a page and its cookie have to say the same
WORDS = "I see no way out. This is answer {number}."


@dataclass(frozen=True)
class Somebody:
    """A person who is signed in."""

    port: int
    session: str

    @property
    def cookies(self) -> str:
        return f"beside={self.session}; beside_form={TOKEN}"

    def part(self, path: str) -> str:
        """The part of a page that changes."""
        return self._ask("GET", path, headers={"HX-Request": "true"})[1]

    def post(self, path: str, **said: object) -> int:
        """Send a form; how it was answered."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **said})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, kind)[0]

    def send(self, path: str, **told: object) -> Any:
        """Send what a script sends, and read what it is answered."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": TOKEN}
        return json.loads(self._ask("POST", path, json.dumps(told), headers)[1])

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            asked.request(method, path, body, {"Cookie": self.cookies, **(headers or {})})
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        finally:
            asked.close()


class Load:
    """They answer a topic at once, each one answer after the other, until it is ended.

    An answer that the page did not take is sent again as a browser would, with the key of its form.
    A rule notices something in every one of them: each has a job, and the job opens a concern.
    """

    def __init__(self, people: Iterable[Somebody], topic: str) -> None:
        self.topic = topic
        self.acknowledged: list[int] = []
        self._numbers, self._over = itertools.count(1), threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(each,)) for each in people]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _write(self, writer: Somebody) -> None:
        for number in self._numbers:
            while not self._over.is_set() and not self._taken(writer, number):
                self._over.wait(0.05)
            if self._over.is_set():
                return
            self.acknowledged.append(number)

    def _taken(self, writer: Somebody, number: int) -> bool:
        said = {"form_key": f"{number:016}", "words": WORDS.format(number=number)}
        try:
            return writer.post(self.topic, **said) == 302
        except (OSError, http.client.HTTPException):
            return False
