"""The lender's logo: what may be one, where it shows, who may change it, and that nothing strange is ever kept."""

import base64
import json
import random
import re
import zlib
from io import BytesIO
from struct import pack

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from accounts import actions, logos, paper
from accounts.logos import Picture, picture_of
from accounts.models import HouseEntry, Lender, Logo
from accounts.paper import Paper
from accounts.pictures import _only_way_up
from accounts.redrawing import BOX, ENOUGH

pytestmark = pytest.mark.django_db
START, ADMIN = "/admin/start/lender/", "/admin/accounts/lender/1/change/"
SHOP = {"name": "Corner Shop", "address": "1 Market Street", "time_zone": "UTC", "payments_post_at_once": "on"}
PLACE = b"48.8584N 2.2945E by PhoneMaker"
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQ"
    "YEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAIAAwD"
    "ASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAgX/xAAUEQEA"
    "AAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCcAJOf/9k="
)


def chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def png(width: int = 30, height: int = 10, lines: bytes | None = None) -> bytes:
    """One green field, with a note of where it was taken."""
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"tEXt", b"Location\0" + PLACE)
    seen = lines if lines is not None else (b"\0" + b"\x1d\x5c\x4d" * width) * height
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(seen)) + chunk(b"IEND", b"") + PLACE


def photograph(colours: int) -> bytes:
    """Nothing but noise, which no PNG makes smaller; of four the last is what is seen through."""
    side = 255 if colours == 3 else 222
    chance = random.Random(7)
    seen = b"".join(b"\0" + chance.randbytes(colours * side) for _ in range(side))
    head = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, {3: 2, 4: 6}[colours], 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(seen)) + chunk(b"IEND", b"")


def two_sizes(width: int, height: int) -> bytes:
    """A picture of 12 by 8 that tells of another size in a second frame header."""
    at = JPEG.index(b"\xff\xc0")
    frame = bytearray(JPEG[at : at + 19])
    frame[5:9] = pack(">HH", height, width)
    return JPEG[: at + 19] + frame + JPEG[at + 19 :]


def sent(content: bytes, name: str = "../zanzibar.svg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/svg+xml")


def logo_on(page: str) -> str:
    found = re.search(r'<img class="logo"[^>]*src="([^"]+)"', page)
    return found.group(1) if found else ""


@pytest.mark.parametrize(("content", "kind"), [(png(), "image/png"), (JPEG, "image/jpeg")], ids=["png", "jpeg"])
def test_a_logo_sent_on_the_start_page_stands_on_every_page_and_is_handed_out_as_a_picture_alone(
    as_mira: Client, as_asha: Client, client: Client, content: bytes, kind: str
) -> None:
    assert as_mira.post(START, SHOP | {"picture": sent(content)}).status_code == 303
    address = logo_on(client.get("/").text)
    assert re.fullmatch(r"/logo/[0-9a-f]{24}\.(png|jpg)", address)
    for one, path in ((as_asha, "/dashboard/"), (as_mira, "/admin/"), (as_mira, ADMIN), (client, "/customer/login/")):
        assert logo_on(one.get(path, follow=True).text) == address, path
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, kind, "nosniff")
    assert "immutable" in answer["Cache-Control"] and "public" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert PLACE not in answer.content and not answer.cookies


def test_without_a_logo_there_is_no_picture_and_no_address(client: Client, lender: Lender) -> None:
    assert logo_on(client.get("/").text) == ""
    assert client.get("/logo/" + "0" * 24 + ".png").status_code == 404
    assert client.post("/logo/x.png").status_code == 405


def test_another_logo_has_another_address_and_a_removed_one_is_gone(as_mira: Client, lender: Lender) -> None:
    as_mira.post(START, SHOP | {"picture": sent(png())})
    first = Lender.load().logo
    as_mira.post(START, SHOP | {"picture": sent(png(width=31))})
    second = Lender.load().logo
    assert first != second and Logo.objects.count() == 1
    assert as_mira.get(f"/logo/{first}").status_code == 404
    as_mira.post(START, SHOP | {"name": "Corner Shop Two"})
    assert Lender.load().logo == second
    assert second in as_mira.get(START).text
    as_mira.post(START, SHOP | {"picture-clear": "on"})
    assert (Lender.load().logo, Logo.objects.count()) == ("", 0)
    assert as_mira.get(f"/logo/{second}").status_code == 404


def test_the_audit_trail_tells_each_change_and_nothing_where_nothing_changed(as_mira: Client, lender: Lender) -> None:
    as_mira.post(START, SHOP | {"picture": sent(png())})
    name = Lender.load().logo
    as_mira.post(START, SHOP | {"picture": sent(png())})
    as_mira.post(START, SHOP | {"picture-clear": "on"})
    told = [entry.facts for entry in HouseEntry.objects.filter(act="update_lender").order_by("number")]
    assert [f'"logo":"{name}"' in told[0], f'"logo_was":"{name}"' in told[1], len(told)] == [True, True, 2]


def test_the_admin_s_page_of_the_lender_takes_it_too(as_mira: Client, as_nina: Client, lender: Lender) -> None:
    form = as_mira.get(ADMIN).context["adminform"].form
    stands = {name: form[name].value() for name in form.fields if name != "picture"}
    filled = {name: "" if value is None or value is False else value for name, value in stands.items()}
    assert as_mira.post(ADMIN, filled | {"picture": sent(png())}).status_code == 302
    name = Lender.load().logo
    assert name and f"/logo/{name}" in as_nina.get(ADMIN).text
    assert as_mira.post(ADMIN, filled | {"picture-clear": "on"}).status_code == 302
    assert Lender.load().logo == ""


def test_only_who_may_change_the_lender_changes_its_logo(
    as_mira: Client, as_clem: Client, as_nina: Client, as_asha: Client, lender: Lender
) -> None:
    for client in (as_clem, as_nina, as_asha, Client()):
        assert client.post(START, SHOP | {"picture": sent(png())}).status_code in (302, 403)
        assert client.post(ADMIN, SHOP | {"picture": sent(png())}).status_code in (302, 403)
    assert Logo.objects.count() == 0
    assert as_mira.post(START, SHOP | {"picture": sent(png())}).status_code == 303


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "neither PNG nor JPEG"),
        (b"GIF89a" + b"0" * 50, "neither PNG nor JPEG"),
        (png()[:60], "cannot be read"),
        (b"\xff\xd8\xff<script>", "cannot be read"),
        (png(lines=b"\0"), "cannot be read"),
        (png(0, 10), "cannot be read"),
        (two_sizes(65_000, 65_000), "cannot be read"),
        (png(1001, 3), "1001 by 3 pixels. Make it at most 1000"),
        (png(60_000, 60_000, b"\0" * 99), "60000 by 60000 pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * logos.LARGEST, "larger than 200 KB"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence_and_nothing_is_kept(
    as_mira: Client, lender: Lender, content: bytes, sentence: str
) -> None:
    answer = as_mira.post(START, SHOP | {"picture": sent(content)})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (Logo.objects.count(), Lender.load().logo, Lender.load().name) == (0, "", "Duebook")


def test_a_picture_of_another_size_than_it_says_first_is_refused_before_it_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[Image.Image] = []
    upright = ImageOps.exif_transpose

    def look(picture: Image.Image) -> Image.Image:
        drawn.append(picture)
        return upright(picture)

    monkeypatch.setattr(ImageOps, "exif_transpose", look)
    with pytest.raises(ValidationError):
        picture_of(two_sizes(1_200, 1_100))
    assert not drawn
    assert picture_of(JPEG).content and drawn


def test_the_control_a_broken_picture_that_was_kept_would_break_every_paper(lender: Lender) -> None:
    actions.update_lender(lender, (), Picture("image/png", png(lines=b"\0")))
    with pytest.raises(paper.typst.TypstError):
        Paper("Statement", lender, "today").pdf()


@pytest.mark.parametrize(("colours", "kind"), [(3, "image/jpeg"), (4, "image/png")], ids=["opaque", "seen through"])
def test_a_large_photograph_is_kept_as_small_as_it_is_shown(lender: Lender, colours: int, kind: str) -> None:
    sent_in = photograph(colours)
    picture = picture_of(sent_in)
    assert len(sent_in) > 190_000 and len(picture.content) <= ENOUGH and picture.kind == kind
    with Image.open(BytesIO(picture.content)) as shown:
        assert (shown.width, shown.height) == (BOX[1], BOX[1])
        assert (min(shown.convert("RGBA").getchannel("A").tobytes()) < 64) == (colours == 4)


@pytest.mark.parametrize("colours", [3, 4])
def test_a_paper_stays_small_with_a_large_logo_of_now_or_of_before(lender: Lender, colours: int) -> None:
    plain, large = len(Paper("Statement", lender, "today").pdf()), photograph(colours)
    for kept in (picture_of(large), Picture("image/png", large)):
        actions.update_lender(lender, (), kept)
        assert 2_000 < len(Paper("Statement", lender, "today").pdf()) - plain < 2 * ENOUGH
    as_it_was = json.dumps({"format": "png", "content": list(large)})
    assert len(paper.render(Paper("Statement", lender, "today")._facts(), as_it_was)) - plain > 180_000


def test_a_drawing_keeps_its_colours_and_lies_the_right_way_up() -> None:
    with Image.open(BytesIO(picture_of(png(width=900, height=300)).content)) as shown:
        assert (shown.format, shown.size, shown.getpixel((0, 0))) == ("PNG", (567, 189), (0x1D, 0x5C, 0x4D))
    turned = JPEG[:2] + _only_way_up(6) + JPEG[2:]
    with Image.open(BytesIO(picture_of(turned).content)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((8, 12), {})


def test_a_grey_of_sixteen_bits_stays_grey() -> None:
    kept = BytesIO()
    Image.new("I;16", (9, 9), 0x8000).save(kept, "PNG")
    with Image.open(BytesIO(picture_of(kept.getvalue()).content)) as shown:
        assert shown.convert("RGB").getpixel((4, 4)) == (128, 128, 128)


@pytest.mark.parametrize(("content", "filter_"), [(png(), b"/FlateDecode"), (JPEG, b"/DCTDecode")], ids=["png", "jpeg"])
def test_a_paper_carries_the_logo_with_words_for_who_hears_it(lender: Lender, content: bytes, filter_: bytes) -> None:
    plain = Paper("Statement", lender, "today").pdf()
    actions.update_lender(lender, (), picture_of(content))
    pdf = Paper("Statement", lender, "today").pdf()
    assert b"/Subtype/Image" in pdf and filter_ in pdf and b"/Alt" in pdf and b"pdfuaid" in pdf
    assert b"/Subtype/Image" not in plain and b"/Alt" not in plain


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(JPEG) - 1), byte=st.integers(0, 255))
def test_a_picture_with_any_byte_changed_is_refused_or_can_be_shown(at: int, byte: int) -> None:
    for whole in (JPEG, png()):
        changed = whole[: at % len(whole)] + bytes([byte]) + whole[at % len(whole) + 1 :]
        try:
            picture = picture_of(changed)
        except ValidationError:
            continue
        with Image.open(BytesIO(picture.content)) as shown:
            shown.load()
