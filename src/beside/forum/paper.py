"""From what somebody typed to what is shown. Pure: plain words in, safe HTML out.

Paragraphs, line breaks, lines quoted with ">", and addresses of pages as links. Nothing else: what
looks like markup is shown as it was typed.
"""

from __future__ import annotations

import re

from django.utils.html import escape

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_REL = "noopener noreferrer nofollow ugc"
_AFTER = ".,;:!?…»”’"


def to_html(words: str) -> str:
    """The words as HTML in paragraphs, every sign of theirs escaped."""
    return "".join(
        _block(block) for block in re.split(r"\n[ \t]*\n+", words.strip("\n")) if block.strip()
    )


def _block(block: str) -> str:
    parts: list[str] = []
    for quoted, lines in _runs(block.split("\n")):
        inner = "<br>".join(_line(line) for line in lines)
        parts.append(f"<blockquote><p>{inner}</p></blockquote>" if quoted else f"<p>{inner}</p>")
    return "".join(parts)


def _runs(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Neighbouring lines that are quoted, and those that are not."""
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        bare = line.lstrip()
        quoted = bare.startswith(">")
        kept = bare.lstrip("> ") if quoted else line
        if runs and runs[-1][0] == quoted:
            runs[-1][1].append(kept)
        else:
            runs.append((quoted, [kept]))
    return runs


def _line(line: str) -> str:
    shown: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(line):
        address = _whole(found.group())
        shown.append(escape(line[end : found.start()]))
        shown.append(f'<a href="{escape(address)}" rel="{_REL}">{escape(address)}</a>')
        end = found.start() + len(address)
    shown.append(escape(line[end:]))
    return "".join(shown)


def _whole(address: str) -> str:
    """The address without the stop or bracket that belongs to the sentence around it."""
    address = address.rstrip(_AFTER)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_AFTER)
    return address


def beginning(words: str, *, signs: int = 220) -> str:
    """The first signs of what was written, on one line, cut between two words."""
    line = " ".join(words.split())
    if len(line) <= signs:
        return line
    cut = line[:signs].rsplit(" ", 1)[0] or line[:signs]
    return cut.rstrip(_AFTER + " ") + "…"
