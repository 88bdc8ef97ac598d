"""A photo, made anew from its points alone: what else was in the file is left behind. Pure."""

from __future__ import annotations

from io import BytesIO

from pi_heif.as_plugin import register_heif_opener
from PIL import Image, ImageOps

KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
LARGEST = 10_000_000  # bytes that may be sent
MOST_POINTS = 25_000_000  # points that may have to be unpacked: a small file can hold very many
LONG_SIDE = 1600  # points of the longer side of what is kept
QUALITY = 80
# Readers of broken files raise whatever they stumble over; none of it is ours to tell apart.
STUMBLES = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, RuntimeError)

register_heif_opener()


class NotAPicture(Exception):
    """Nothing in the file can be read as a picture."""


class TooLarge(Exception):
    """The file, or the picture in it, is larger than is read here."""


def remade(file: bytes) -> bytes:
    """The picture in `file` as a new JPEG, upright, with no word about where or when it was taken.

    At most 1600 points long. Raises TooLarge for more than 10 MB or 25 million points, before
    anything is unpacked, and NotAPicture for what cannot be read.
    """
    if len(file) > LARGEST:
        raise TooLarge
    try:
        with Image.open(BytesIO(file), formats=KINDS) as found:
            if found.width * found.height > MOST_POINTS:
                raise TooLarge
            return _as_jpeg(found)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooLarge from bomb
    except STUMBLES as bad:
        raise NotAPicture from bad


def _as_jpeg(found: Image.Image) -> bytes:
    found.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is unpacked no larger than needed
    found.thumbnail((LONG_SIDE, LONG_SIDE))
    upright = ImageOps.exif_transpose(found).convert("RGBA")
    # A new picture has no profile, comment or EXIF that could come along.
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    made = BytesIO()
    clean.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue()
