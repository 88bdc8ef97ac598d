"""Style sheets, scripts and fonts, collected under names that change with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from beside.host.home import Home

SRC = Path(__file__).resolve().parents[1]
TOP = SRC.parents[1]

# What other packages bring along and no page of ours asks for.
LEFT_OUT = ("ext", "h*x-4*", "*.md", "*.ts", "LICENSE")


def mark() -> str:
    """A digest that changes whenever a file that pages ask for may have changed."""
    fonts = TOP / "node_modules" / "@fontsource-variable"
    told = [
        TOP / "requirements" / "run.txt",
        SRC / "host" / "assets.py",
        *fonts.glob("*/package.json"),
    ]
    return digest([*SRC.glob("*/static/**/*"), *told])


def is_stale(home: Home) -> bool:
    """Whether the collected files are not those of this version."""
    stamp = home.stamps / "assets"
    return not stamp.exists() or stamp.read_text() != mark()


def collect(home: Home) -> None:
    """Collect everything into the home. Older files stay, for pages that are open. Needs Django."""
    from django.core.management import call_command

    now = mark()
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=list(LEFT_OUT))
    home.stamps.mkdir(exist_ok=True)
    (home.stamps / "assets").write_text(now)


def digest(files: Iterable[Path]) -> str:
    """A digest of the files' names, lengths and times."""
    lines = []
    for file in sorted(set(files)):
        if file.is_file():
            seen = file.stat()
            lines.append(f"{file}:{seen.st_size}:{seen.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
