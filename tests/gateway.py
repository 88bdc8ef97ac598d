"""A text gateway on 127.0.0.1 that really listens, for tests: it keeps what it was handed.

It asks for a key, as all of them do; it can say no, be slow, hang up, or send us elsewhere.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = IPv4Address("127.0.0.1")
KEY = "Bearer a-key-of-the-operator"
FORM = "To={to}&From=+447400000001&Body={words}&Id={key}"
JSON = '{"textMessage": {"text": "{words}"}, "phoneNumbers": ["{to}"], "id": "{key}"}'


@dataclass
class Gateway:
    """What it was handed, in order, and how it answers from here on."""

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)  # path, body
    knocks: int = 0
    status: int = 201
    waits: float = 0.0  # seconds before it answers
    hangs_up: bool = False
    elsewhere: str = ""

    @property
    def environ(self) -> dict[str, str]:
        """What an operator would set."""
        return {
            "TEXT_GATEWAY_URL": self.url,
            "TEXT_GATEWAY_BODY": FORM,
            "TEXT_GATEWAY_HEADER": f"Authorization: {KEY}",
        }

    @property
    def texts(self) -> list[tuple[str, str]]:
        """To whom, and what, whether it was told in a form or in JSON."""
        return [_read(body)[:2] for _path, body in self.asked]

    @property
    def known(self) -> list[tuple[str, str]]:
        """To whom, and by which key of ours."""
        return [(_read(body)[0], _read(body)[2]) for _path, body in self.asked]


def _read(body: str) -> tuple[str, str, str]:
    if body.startswith("{"):
        told = json.loads(body)
        return told["phoneNumbers"][0], told["textMessage"]["text"], told["id"]
    form = parse_qs(body, strict_parsing=True)
    return form["To"][0], form["Body"][0], form["Id"][0]


def _answers(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            gateway.asked.append((self.path, body))
            time.sleep(gateway.waits)
            if gateway.hangs_up:
                self.connection.close()
                return
            ours = self.headers["Authorization"] == KEY
            self.send_response(gateway.status if ours else 401)
            if gateway.elsewhere:
                self.send_header("Location", gateway.elsewhere)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

        def setup(self) -> None:
            gateway.knocks += 1
            super().setup()

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # we were not waited for
                return

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                return

    return Answers


@contextmanager
def listening(certificate: Path | None = None) -> Iterator[Gateway]:
    """One that says yes, until it is told otherwise; by TLS with a certificate and its key."""
    gateway = Gateway()

    server = ThreadingHTTPServer(("127.0.0.1", 0), _answers(gateway))
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    scheme = "https" if certificate else "http"
    gateway.url = f"{scheme}://127.0.0.1:{server.server_port}/send/account-4711?v=1"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but itself vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    )
    path = folder / "gateway.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def use(settings: Any, gateway: Gateway) -> None:
    """Let this process hand its texts in there."""
    for name, value in gateway.environ.items():
        setattr(settings, name, value)


@pytest.fixture
def there(settings: Any) -> Iterator[Gateway]:
    """The gateway that this operator set, with nothing texted yet."""
    with listening() as one:
        use(settings, one)
        yield one
