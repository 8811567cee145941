"""Receipts: what they may be, what a camera noted is gone, nobody else gets one, and they go with their entry."""

import datetime
import zlib
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.pictures import BrokenPicture, without_metadata
from expenses import actions, receipts
from expenses.models import Expense, Receipt
from expenses.tests.test_notebook import entry_of

PLACE = b"48.8584N 2.2945E by PhoneMaker"
SCAN = b"\x01\x02\xff\x00\x03\xff\xd0\x04"  # a zero after FF and a restart belong to the picture


def segment(marker, content):
    return bytes([0xFF, marker]) + pack(">H", len(content) + 2) + content


def exif(way_up, order=">"):
    letters = b"MM\0*" if order == ">" else b"II*\0"
    entries = pack(f"{order}HHHIHH", 2, 0x0112, 3, 1, way_up, 0) + pack(f"{order}HHII", 0x8825, 4, 1, 99)
    return b"Exif\0\0" + letters + pack(f"{order}I", 8) + entries + PLACE


def jpeg(way_up=1, order=">"):
    """As a camera writes it: where it was, a comment, a second scan, and a film behind the end."""
    head = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xE1, exif(way_up, order)) + segment(0xFE, PLACE)
    tables = segment(0xDB, b"\0" * 65) + segment(0xC2, b"\x08\0\1\0\1\1\1\x11\0") + segment(0xE2, PLACE)
    scans = segment(0xDA, b"\1\1\0\0\0\0") + SCAN + segment(0xC4, b"\0" * 20) + segment(0xDA, b"\1\1\0\0\0\1") + SCAN
    return b"\xff\xd8" + head + tables + scans + b"\xff\xd9" + b"film" + PLACE


def chunk(name, content):
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def png():
    pixel = chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0"))
    told = chunk(b"eXIf", PLACE) + chunk(b"tEXt", b"Location\0" + PLACE) + chunk(b"tIME", b"\x07\xea\1\1\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + pixel[:25] + told + pixel[25:] + chunk(b"IEND", b"") + PLACE


PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


def sent(content, name="zanzibar.jpg"):
    return {"receipt": SimpleUploadedFile(name, content, content_type="text/html")}


@pytest.fixture
def entry(asha):
    return entry_of(asha)


# --- The picture -----------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png")], ids=["jpeg", "png"])
def test_what_the_camera_noted_is_gone_and_the_picture_is_the_same(content, kind):
    cleaned = without_metadata(content, kind)
    assert PLACE in content and PLACE not in cleaned and b"film" not in cleaned
    assert without_metadata(cleaned, kind) == cleaned
    kept = SCAN if kind == "image/jpeg" else chunk(b"IDAT", zlib.compress(b"\0\0"))
    assert cleaned.count(kept) == content.count(kept)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("way_up", range(9))
def test_only_the_way_up_is_kept(way_up, order):
    cleaned = without_metadata(jpeg(way_up, order), "image/jpeg")
    assert (b"Exif" in cleaned) == (2 <= way_up <= 8)
    if b"Exif" in cleaned:
        assert pack(">HHIH", 0x0112, 3, 1, way_up) in cleaned


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png")], ids=["jpeg", "png"])
def test_a_picture_cut_off_anywhere_is_refused(content, kind):
    end = content.index(b"film") if kind == "image/jpeg" else content.index(PLACE, content.index(b"IEND"))
    for length in range(len(content[:end])):
        with pytest.raises(BrokenPicture):
            without_metadata(content[:length], kind)


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_are_cleaned_or_refused(content, begins):
    kind = "image/jpeg" if begins[0] == 0xFF else "image/png"
    try:
        cleaned = without_metadata(begins + content, kind)
    except BrokenPicture:
        return
    assert cleaned.startswith(begins[:2])


# --- The door --------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (PDF, "application/pdf")])
def test_a_receipt_is_kept_without_its_name_and_handed_back_as_a_file(as_asha, entry, content, kind):
    path = f"/expenses/{entry.pk}/receipt/"
    assert as_asha.post(path, sent(content)).status_code == 303
    answer = as_asha.get(path)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment") and "zanzibar" not in str(answer.headers)
    assert "sandbox" in answer["Content-Security-Policy"] and "no-store" in answer["Cache-Control"]
    assert PLACE not in answer.content and len(answer.content) > 20
    assert "Download the receipt" in as_asha.get(f"/expenses/{entry.pk}/").content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><script>", "neither a JPEG or PNG picture nor a PDF"),
        (b"GIF89a" + b"0" * 50, "neither a JPEG or PNG picture nor a PDF"),
        (jpeg()[:80], "cannot be read"),
        (PDF + b"0" * receipts.LARGEST, "larger than 5 MB"),
        (b"", "empty"),
    ],
    ids=["html", "gif", "cut off", "too large", "empty"],
)
def test_what_is_no_receipt_is_refused_with_the_reason(as_asha, entry, content, sentence):
    answer = as_asha.post(f"/expenses/{entry.pk}/receipt/", sent(content))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Receipt.objects.exists()


def test_a_second_receipt_takes_the_place_of_the_first(as_asha, entry):
    for content in (png(), PDF):
        as_asha.post(f"/expenses/{entry.pk}/receipt/", sent(content))
    assert [row.kind for row in Receipt.objects.all()] == ["application/pdf"]
    assert as_asha.post(f"/expenses/{entry.pk}/receipt/delete/").status_code == 303
    assert as_asha.get(f"/expenses/{entry.pk}/receipt/").status_code == 404


def test_nobody_else_gets_it_or_changes_it(as_asha, as_bo, as_mira, client, entry):
    path = f"/expenses/{entry.pk}/receipt/"
    as_asha.post(path, sent(PDF))
    assert [who.get(path).status_code for who in (as_bo, as_mira, client)] == [404, 403, 302]
    assert [who.post(path, sent(png())).status_code for who in (as_bo, as_mira, client)] == [404, 403, 302]
    assert [who.post(f"{path}delete/").status_code for who in (as_bo, as_mira, client)] == [404, 403, 302]
    assert bytes(Receipt.objects.get().content) == PDF


def test_it_is_out_of_reach_in_the_trash_and_erased_with_its_entry(as_asha, asha, entry):
    as_asha.post(f"/expenses/{entry.pk}/receipt/", sent(PDF))
    now = timezone.now()
    actions.put_in_trash(asha, entry.pk, now - datetime.timedelta(days=31))
    assert as_asha.get(f"/expenses/{entry.pk}/receipt/").status_code == 404
    assert Receipt.objects.count() == 1
    actions.put_in_trash(asha, 0, now)
    assert (Receipt.objects.count(), Expense.objects.count()) == (0, 0)


def test_no_list_loads_the_bytes(as_asha, entry, django_assert_max_num_queries):
    as_asha.post(f"/expenses/{entry.pk}/receipt/", sent(PDF))
    for path in ("/expenses/", f"/expenses/{entry.pk}/", "/expenses.csv", "/expenses/mine/"):
        with django_assert_max_num_queries(20, info=path) as seen:
            as_asha.get(path)
        assert not [query for query in seen.captured_queries if '"content"' in query["sql"]], path
