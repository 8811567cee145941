"""A picture drawn anew, no larger than papers and pages ever show it, so that thousands of papers can carry it."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps

from accounts.pictures import BrokenPicture
from accounts.sentences import said

BOX = (709, 189)  # pixels: 6 by 1.6 cm at 300 dpi, and more than twice what a page shows
MOST = 1_000  # pixels on a side of what is drawn anew
ENOUGH = 30 * 1024  # bytes
STEPS = ((85, 256), (70, 64), (50, 16))  # a JPEG's quality, a PNG's colours
SHARES = (1.0, 0.7, 0.5)  # of BOX, for what is too large with the fewest colours

Drawn = tuple[str, bytes]


def redrawn(content: bytes, kind: str) -> Drawn:
    """Of what accounts.pictures let through. What is seen through stays so; another PNG that stays large, a photograph,
    becomes a JPEG. Raises BrokenPicture.
    """
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > MOST:  # a JPEG may tell of one size and bring another
                raise ValueError(picture.size)
            upright = _in_bytes(ImageOps.exif_transpose(picture)).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BrokenPicture(said("the picture has no end")) from error
    return next(small for small in _ever_smaller(upright, kind) if len(small[1]) <= ENOUGH)


def _in_bytes(picture: Image.Image) -> Image.Image:
    """Greys of 16 bits would all turn white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")


def _ever_smaller(picture: Image.Image, kind: str) -> Iterator[Drawn]:
    seen_through = min(picture.getchannel("A").tobytes()) < 255
    for share in SHARES:
        shown = picture.copy() if seen_through else picture.convert("RGB")
        shown.thumbnail((BOX[0] * share, BOX[1] * share), Image.Resampling.LANCZOS)
        if kind == "image/png":
            yield kind, _saved(shown, "PNG")
        for quality, colours in STEPS:
            if seen_through:
                yield "image/png", _saved(shown.quantize(colours), "PNG")
            else:
                yield "image/jpeg", _saved(shown, "JPEG", quality=quality)


def _saved(picture: Image.Image, form: str, **told: int) -> bytes:
    kept = BytesIO()
    picture.save(kept, form, optimize=True, **told)
    return kept.getvalue()
