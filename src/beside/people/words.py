"""Names that people can lean on: for a chosen name, and private ones for signing in."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext_lazy as _

# Short, from outdoors, of no gender. Translators choose such words of their own language.
SUGGESTED = (
    _("Fern"),
    _("Wren"),
    _("Ash"),
    _("Robin"),
    _("Linden"),
    _("Heron"),
    _("Moss"),
    _("Juniper"),
    _("Lark"),
    _("Rowan"),
    _("Sky"),
    _("Brook"),
)

_GENTLE = """
amber brisk calm clear dappled early easy fair gentle golden hazel kind late light low mellow mild
misty open patient plain quiet round silver slow small soft steady still sunny tall tender timely
warm wide wild
"""
_THINGS = """
acorn anchor apple barn basket beach bell birch blanket boat bridge candle cedar clover cloud
cottage cup daisy dune feather field ferry garden gate harbour hill island kettle lake lantern leaf
maple meadow mill moon oak orchard otter path pebble pine pond porch river shell shore stone stream
swallow thyme tide valley willow window wood
"""


def suggest_sign_in() -> str:
    """A private name to sign in with, such as "quiet-harbour-4821"; about 24 bits, not a secret."""
    gentle, thing = secrets.choice(_GENTLE.split()), secrets.choice(_THINGS.split())
    return f"{gentle}-{thing}-{1000 + secrets.randbelow(9000)}"


def tidy_sign_in(words: str) -> str:
    """The name as it is kept: small letters, and hyphens where somebody typed spaces."""
    return "-".join(words.lower().split())
