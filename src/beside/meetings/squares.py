"""A QR code as the points of a drawing: dark squares on light, with the quiet edge it needs."""

from __future__ import annotations

from dataclasses import dataclass

import segno

EDGE = 4  # light squares around it, as ISO/IEC 18004 wants


@dataclass(frozen=True)
class Square:
    """`path` draws the dark squares of one unit each, in a box of `size` by `size`."""

    size: int
    path: str


def drawn(words: str) -> Square:
    """The words as a QR code that still reads with a quarter of it covered."""
    rows = [list(row) for row in segno.make_qr(words, error="q").matrix_iter(border=EDGE)]
    runs = [run for y, row in enumerate(rows) for run in _runs(y, row)]
    return Square(len(rows), "".join(runs))


def _runs(y: int, row: list[int]) -> list[str]:
    """Neighbours are drawn as one, or thin light lines appear between them."""
    found, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return found
