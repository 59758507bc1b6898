"""Pictures decoded and written anew: of the file that came nothing stays but its pixels."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from domain.attachments import JPEG, PNG
from domain.errors import InvalidInputError

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4096
THUMB_SIZE = (480, 320)
JPEG_QUALITY = 88
_FORMATS = {PNG: "PNG", JPEG: "JPEG"}
# Named, so that all that decoding needs is loaded before the process gives up opening files.
DECODERS = (PngImagePlugin.PngImageFile, JpegImagePlugin.JpegImageFile, TiffImagePlugin.ImageFileDirectory_v2)


def clean_picture(payload: bytes, kind: str) -> tuple[bytes, bytes, int, int]:
    """Return a picture written anew, its thumbnail (JPEG), and its width and height.

    Metadata, further frames and whatever stands behind the picture are left out. Its orientation is applied.

    Raises:
        InvalidInputError: If it cannot be decoded or has too many pixels.
    """
    try:
        # The size stands in the header: a bomb is refused before a pixel of it is made.
        with Image.open(io.BytesIO(payload), formats=[_FORMATS[kind]]) as opened:
            _check_pixels(*opened.size)
            opened.load()
            picture = _plain(opened, kind)
    except InvalidInputError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large("The picture has far too many pixels") from error
    except Exception as error:
        message = "The picture is damaged: it cannot be decoded."
        raise InvalidInputError(message, field="file", hint="Open it, save it again and attach that.") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _encode(picture, kind), _thumbnail(picture), picture.width, picture.height


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large(f"The picture has {width * height / 1e6:,.0f} megapixels")


def _too_large(what: str) -> InvalidInputError:
    message = f"{what}; at most {MOST_PIXELS // 1_000_000} megapixels are taken."
    return InvalidInputError(message, field="file", hint="Make it smaller and attach it again.")


def _upright(opened: Any) -> Any:
    try:
        return ImageOps.exif_transpose(opened) or opened
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return opened  # what a camera wrote about itself cannot be read: the pixels can


def _plain(opened: Any, kind: str) -> Image.Image:
    """Return the pixels alone, upright."""
    upright = _upright(opened)
    has_alpha = kind == PNG and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info)
    converted = upright.convert("RGBA" if has_alpha else "RGB")
    bare = Image.new(converted.mode, converted.size)
    bare.paste(converted)
    return bare


def _encode(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == PNG:
        picture.save(out, "PNG", compress_level=6)
    else:
        picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail(THUMB_SIZE)
    if small.mode == "RGBA":
        flat = Image.new("RGB", small.size, "white")
        flat.paste(small, mask=small.getchannel("A"))
        small = flat
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()
