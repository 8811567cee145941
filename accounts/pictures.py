"""A picture without what the camera wrote into it (place, time, maker): the picture itself is left bit for bit.

Only the way up is kept, for without it a phone's picture lies on its side. Nothing is decoded, so a small file cannot
become a large one.
"""

from collections.abc import Iterator
from struct import error as too_short
from struct import pack, unpack_from
from zlib import crc32

from accounts.sentences import said

SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # a JPEG's parts that tell how large it is
JPEG_KEPT = {0xE0, 0xEE, *range(0xC0, 0xD0), *range(0xDA, 0xE0)}  # JFIF, Adobe's colours, frames, tables, scans
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
END, SCAN, CAMERA = 0xD9, 0xDA, 0xE1
ORIENTATION = 0x0112


class BrokenPicture(ValueError):
    """It begins like a picture and does not go on like one."""


def without_metadata(content: bytes, kind: str) -> bytes:
    """Raises BrokenPicture. What follows the picture's end, such as a film, goes too. A PDF is left as it is."""
    cleaned = {"image/jpeg": _jpeg, "image/png": _png}.get(kind)
    try:
        return b"".join(cleaned(content)) if cleaned else content
    except (too_short, IndexError) as error:
        raise BrokenPicture(said("the file ends in the middle")) from error


def size_of(cleaned: bytes, kind: str) -> tuple[int, int]:
    """Width and height as it says itself, of what without_metadata left. Raises BrokenPicture."""
    try:
        found = _png_size(cleaned) if kind == "image/png" else _jpeg_size(cleaned)
    except (too_short, IndexError) as error:
        raise BrokenPicture(said("the file ends in the middle")) from error
    if 0 in found:
        raise BrokenPicture(said("there is no picture in the file"))
    return found


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or content.count(b"IHDR") > 1:
        raise BrokenPicture(said("there is no picture in the file"))
    return unpack_from(">II", content, 16)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at + 1] not in SIZES:
        if content[at + 1] == SCAN:
            raise BrokenPicture(said("there is no picture in the file"))
        at += 2 + unpack_from(">H", content, at + 2)[0]
    height, width = unpack_from(">HH", content, at + 5)
    return width, height


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield b"\xff\xd8"
    at, seen_scan, way_up = 2, False, 0
    while True:
        if content[at] != 0xFF:
            raise BrokenPicture(said("a part of the picture does not begin where it should"))
        marker = content[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker == END:
            break
        length = unpack_from(">H", content, at + 2)[0]
        part, following = content[at : at + 2 + length], at + 2 + length
        if length < 2 or len(part) < length + 2:
            raise BrokenPicture(said("a part of the picture is cut off"))
        if marker == CAMERA and not way_up and not seen_scan:
            way_up = _way_up(part[4:])
            yield _only_way_up(way_up) if way_up > 1 else b""
        if marker in JPEG_KEPT:
            yield part
        if marker == SCAN:
            seen_scan, end = True, _end_of_scan(content, following)
            yield content[following:end]
            following = end
        at = following
    if not seen_scan:
        raise BrokenPicture(said("there is no picture in the file"))
    yield b"\xff\xd9"


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands; in the picture's own bytes FF is followed by 00 or a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise BrokenPicture(said("the picture has no end"))
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7 and content[at + 1] != 0xFF:
            return at
        at += 1 if content[at + 1] == 0xFF else 2


def _way_up(camera: bytes) -> int:
    """1 to 8 as the camera held it; 0 where it does not say."""
    if not camera.startswith(b"Exif\0\0") or camera[6:8] not in (b"II", b"MM"):
        return 0
    order, body = ("<" if camera[6:8] == b"II" else ">"), camera[6:]
    try:
        first = unpack_from(f"{order}I", body, 4)[0]
        for number in range(min(unpack_from(f"{order}H", body, first)[0], 200)):
            tag, _, _, value = unpack_from(f"{order}HHIH", body, first + 2 + 12 * number)
            if tag == ORIENTATION:
                return int(value) if 1 <= value <= 8 else 0
    except too_short:
        pass  # a camera's note that ends in the middle says nothing
    return 0


def _only_way_up(way_up: int) -> bytes:
    body = b"Exif\0\0MM\0*" + pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, way_up, 0, 0)
    return b"\xff\xe1" + pack(">H", len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    yield PNG_START
    at, name = len(PNG_START), b""
    while name != b"IEND":
        length = unpack_from(">I", content, at)[0]
        name, chunk = content[at + 4 : at + 8], content[at : at + 12 + length]
        if len(chunk) < 12 + length or crc32(chunk[4:-4]) != unpack_from(">I", chunk, 8 + length)[0]:
            raise BrokenPicture(said("a part of the picture is broken"))
        if name in PNG_KEPT:
            yield chunk
        at += 12 + length
