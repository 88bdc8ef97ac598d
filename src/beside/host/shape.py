"""Whether the database has the shape of this version: known from files, without asking it."""

from __future__ import annotations

from beside.host.assets import SRC, TOP, digest
from beside.host.home import Home


def mark() -> str:
    """A digest that changes with every migration, role and package."""
    here = [SRC / "host" / name for name in ("schema.py", "roles.py", "shape.py")]
    told = [TOP / "requirements" / "run.txt", SRC / "settings.py", *here]
    return digest([*SRC.glob("*/migrations/*.py"), *told])


def is_stale(home: Home) -> bool:
    """Whether migrations have to run."""
    stamp = home.stamps / "schema"
    return not stamp.exists() or stamp.read_text() != mark()


def is_made(home: Home) -> None:
    """Remember that they have."""
    home.stamps.mkdir(exist_ok=True)
    (home.stamps / "schema").write_text(mark())


def forget(home: Home) -> None:
    """Let the next start ask again."""
    (home.stamps / "schema").unlink(missing_ok=True)
