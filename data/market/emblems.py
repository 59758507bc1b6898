"""Pictures of the demo market's listings: drawn here from their symbols, nobody's marks."""

from __future__ import annotations

import colorsys
import hashlib
import io
import math

SCHEME = "drawn:"
"""Begins the address of a picture that is drawn, not fetched; its symbol follows."""
SIDE = 128
_SHARPER = 4  # drawn so many times larger, so that edges come out smooth
_LIGHTNESS, _SATURATION = 0.42, 0.5
_TINT = (255, 255, 255, 104)


def draw_emblem(symbol: str) -> bytes:
    """Return a rosette as JPEG, always the same for a symbol: petals that overlap on a tile of one colour."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - with the first picture

    seed = hashlib.sha256(symbol.encode()).digest()
    side, petals = SIDE * _SHARPER, 3 + seed[1] % 4
    colour = colorsys.hls_to_rgb(seed[0] / 256, _LIGHTNESS, _SATURATION)
    tile = Image.new("RGBA", (side, side), (*(round(255 * part) for part in colour), 255))
    for number in range(petals):
        turn = 2 * math.pi * (number / petals + seed[2] / 256)
        x, y = side / 2 + side * 0.16 * math.cos(turn), side / 2 + side * 0.16 * math.sin(turn)
        petal = Image.new("RGBA", tile.size)
        reach = side * 0.19
        ImageDraw.Draw(petal).ellipse((x - reach, y - reach, x + reach, y + reach), fill=_TINT)
        tile = Image.alpha_composite(tile, petal)
    found = io.BytesIO()
    tile.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(found, "JPEG", quality=90)
    return found.getvalue()
