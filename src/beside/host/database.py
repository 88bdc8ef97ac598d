"""How this installation reaches its PostgreSQL: its own, or one named in the environment."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from beside.host.home import Home
from beside.host.postgres import socket_folder

NAME = "beside"


def connection(home: Home, *, as_owner: bool) -> dict[str, Any]:
    """Django's description of the connection, as the restricted role or as the owner of the tables.

    DATABASE_URL and DATABASE_OWNER_URL name an outside PostgreSQL 15 or newer; without them the
    embedded one in `home` is used, over its private socket.
    """
    url = os.environ.get("DATABASE_OWNER_URL" if as_owner else "DATABASE_URL")
    if url:
        return _from_url(url)
    role = "beside_owner" if as_owner else "beside_app"
    return {
        "NAME": name(),
        "USER": role,
        "PASSWORD": home.secret(role),
        "HOST": str(socket_folder(home)),
        "PORT": "",
    }


def name() -> str:
    """The name of the embedded database (BESIDE_DATABASE tells tests apart)."""
    return os.environ.get("BESIDE_DATABASE", NAME)


def is_embedded() -> bool:
    """Whether Beside itself runs PostgreSQL here."""
    return not os.environ.get("DATABASE_URL")


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
