"""Entering in seconds: the line, the fields, what waited sealed on a phone, and what a phone may keep."""

import base64
import datetime
import json
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from accounts.models import Lender
from expenses.forms import new_key
from expenses.models import Category, Expense, Rule
from expenses.sealing import INFO, NotOpened, _derived, opened, public_key
from expenses.tests.test_notebook import entry_of, fields

QUICK, WAITING = "/expenses/quick/", "/expenses/quick/waiting/"


def line(text, **more):
    return {"line": text, "key": new_key()} | more


def entries(owner):
    rows = Expense.objects.of(owner).kept().select_related("category").order_by("id")
    return [(str(row.amount), row.category.name, row.note) for row in rows]


def sealed(owner, **sent):
    return sealed_bytes(owner, json.dumps(sent).encode())


def sealed_bytes(owner, content):
    """As static/js/notebook-queue.js makes it."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.urlsafe_b64decode(public_key(owner)))
    ours, nonce = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(12)
    key = _derived(ours.exchange(ec.ECDH(), theirs), INFO, 32)
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point + nonce + AESGCM(key).encrypt(nonce, content, None)).decode()


def test_a_line_is_entered_and_said_back_with_its_undo(as_asha, asha):
    answer = as_asha.post(QUICK, line("120 lunch food yesterday"))
    assert answer.status_code == 303
    entry = Expense.objects.of(asha).get()
    assert entries(asha) == [("120.00", "Food", "lunch")]
    assert entry.day == Lender.load().today() - datetime.timedelta(days=1)
    page = as_asha.get(answer["Location"]).content.decode()
    assert "Entered: <strong>$120.00</strong>" in page and "Undo" in page


def test_without_a_category_it_is_the_rules_then_the_same_notes_then_the_last(as_asha, asha):
    for text in ("1 coffee", "2 tea #fun", "3 tea", "4 bread"):
        as_asha.post(QUICK, line(text))
    entry_of(asha, category="Food")
    as_asha.post(QUICK, line("5 juice"))
    category = Expense.objects.of(asha).get(note="juice").category
    Rule.objects.create(customer=asha, text="tea", category=category)
    as_asha.post(QUICK, line("6 green tea"))
    as_asha.post(QUICK, line("income 7 gift"))
    named = {note: category for _, category, note in entries(asha)}
    assert named == {
        "coffee": "Other", "tea": "Fun", "bread": "Fun", "lunch": "Food", "juice": "Food", "green tea": "Food",
        "gift": "Work",
    }  # fmt: skip


def test_today_and_the_last_category_are_there_already(as_asha, asha):
    entry_of(asha, category="School")
    page = as_asha.get(QUICK).content.decode()
    assert 'value="School"' in page and f'value="{Lender.load().today()}"' in page


def test_an_archived_category_is_not_offered_again(as_asha, asha):
    entry_of(asha, category="School")
    Category.objects.of(asha).filter(name="School").update(archived=True)
    assert 'value="School"' not in as_asha.get(QUICK).content.decode()
    as_asha.post(QUICK, line("3 lunch"))
    assert Expense.objects.latest("id").category.name == "Other"


def test_save_and_add_another_stays_on_the_page(as_asha, asha):
    answer = as_asha.post(QUICK, fields(again="1"))
    assert answer["Location"] == f"{QUICK}?entered={Expense.objects.of(asha).get().pk}"
    assert as_asha.post(QUICK, fields())["Location"].startswith("/expenses/?month=")


@pytest.mark.parametrize("text", ["coffee", "2 coffees 7", "7 tea 1/11", "-", "nan", "7 \x00", "12.50 JPY tea"])
def test_a_line_that_is_not_clear_is_asked_and_nothing_is_stored(as_asha, asha, text):
    answer = as_asha.post(QUICK, line(text))
    assert answer.status_code in (422, 400)
    assert not Expense.objects.of(asha).exists()


def test_a_line_sent_twice_is_entered_once(as_asha, asha):
    same = line("3.50 coffee")
    assert [as_asha.post(QUICK, same).status_code for _ in range(2)] == [303, 303]
    assert len(entries(asha)) == 1


def test_another_line_under_the_same_key_is_refused_and_may_be_sent_once_more(as_asha, asha):
    first = line("3.50 coffee")
    as_asha.post(QUICK, first)
    answer = as_asha.post(QUICK, first | {"line": "4 tea"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="4 tea"' in page
    key = page.split('name="key" value="')[1].split('"')[0]
    as_asha.post(QUICK, {"line": "4 tea", "key": key})
    assert [note for _, _, note in entries(asha)] == ["coffee", "tea"]


def test_a_line_sent_twice_is_one_entry_although_another_category_is_the_last_now(as_asha, asha):
    same = line("3.50 coffee")
    as_asha.post(QUICK, same)
    entry_of(asha, category="Fun", note="coffee")
    assert as_asha.post(QUICK, same).status_code == 303
    assert len(entries(asha)) == 2


def test_what_waited_is_refused_when_its_key_stands_for_another_entry(as_asha, asha):
    for text, status in (("3.50 coffee", 200), ("4 tea", 422), ("3.50 coffee", 200)):
        answer = as_asha.post(WAITING, {"sealed": sealed(asha, line=text, key="k" * 36)})
        assert answer.status_code == status
    assert len(entries(asha)) == 1


@pytest.mark.parametrize("form", ["line", "fields"])
def test_what_was_deleted_since_is_not_said_to_be_entered_and_may_be_sent_once_more(as_asha, asha, form):
    sent = line("120 lunch food") if form == "line" else fields(amount="120")
    as_asha.post(QUICK, sent)
    Expense.objects.of(asha).update(trashed_at=timezone.now())
    answer = as_asha.post(QUICK, sent)
    assert (answer.status_code, entries(asha)) == (422, [])
    assert "lies in the trash now" in answer.content.decode()
    assert as_asha.post(QUICK, sent | {"key": new_key()}).status_code == 303, "the control: another key"
    assert len(entries(asha)) == 1


def test_what_waited_and_was_deleted_since_need_not_wait_and_stays_deleted(as_asha, asha):
    sent = sealed(asha, **line("120 lunch food"))
    as_asha.post(WAITING, {"sealed": sent})
    Expense.objects.of(asha).update(trashed_at=timezone.now())
    again = as_asha.post(WAITING, {"sealed": sent})
    assert (again.status_code, again.json(), entries(asha)) == (200, {"entered": True}, [])
    assert Expense.objects.of(asha).in_trash(timezone.now()).count() == 1


def test_a_line_needs_its_key(as_asha, asha):
    assert as_asha.post(QUICK, {"line": "3.50 coffee"}).status_code == 422


# --- What waited on a phone ------------------------------------------------------------------


def test_what_waited_is_entered_once_however_often_it_is_sent(as_asha, asha):
    envelope = sealed(asha, line="3.50 coffee", key="k" * 36)
    answers = [as_asha.post(WAITING, {"sealed": envelope}) for _ in range(3)]
    assert [answer.json() for answer in answers] == [{"entered": True}] * 3
    assert entries(asha) == [("3.50", "Other", "coffee")]


def test_the_form_whose_answer_was_lost_and_its_waiting_copy_are_one_entry(as_asha, asha):
    same = line("3.50 coffee")
    as_asha.post(QUICK, same)
    assert as_asha.post(WAITING, {"sealed": sealed(asha, **same)}).status_code == 200
    assert len(entries(asha)) == 1


def test_yesterday_is_counted_from_the_day_it_was_written(as_asha, asha):
    today = Lender.load().today()
    for days, wanted in ((3, 4), (400, 1), (-5, 1)):
        written = str(today - datetime.timedelta(days=days))
        as_asha.post(WAITING, {"sealed": sealed(asha, line="1 tea yesterday", key=new_key(), today=written)})
        assert Expense.objects.of(asha).latest("id").day == today - datetime.timedelta(days=wanted)


def test_the_four_fields_wait_as_well(as_asha, asha):
    as_asha.post(WAITING, {"sealed": sealed(asha, **fields())})
    assert entries(asha) == [("12.50", "Food", "lunch")]


def test_a_line_that_is_not_clear_comes_back_to_its_owner(as_asha, asha):
    answer = as_asha.post(WAITING, {"sealed": sealed(asha, line="2 coffees 7", key=new_key())})
    assert answer.status_code == 422
    assert "Which is the amount" in answer.json()["problem"] and answer.json()["fields"]["line"] == "2 coffees 7"


def test_another_customer_cannot_open_it_and_gets_no_entry_of_it(as_bo, asha, bo):
    answer = as_bo.post(WAITING, {"sealed": sealed(asha, line="3.50 coffee", key=new_key())})
    assert (answer.status_code, entries(asha), entries(bo)) == (409, [], [])


@pytest.mark.parametrize("odd", ["", "x", "=" * 50, "A" * 200, "é", "A" * 20_000])
def test_what_is_no_envelope_is_not_opened(as_asha, asha, odd):
    assert as_asha.post(WAITING, {"sealed": odd}).status_code == 409


@pytest.mark.parametrize("content", [b"[" * 5_000, b"{", b"[]", b"\xff"], ids=["deep", "cut off", "a list", "no text"])
def test_what_was_sealed_and_is_no_entry_is_said_so_that_it_can_be_forgotten(as_asha, asha, content):
    answer = as_asha.post(WAITING, {"sealed": sealed_bytes(asha, content)})
    assert (answer.status_code, answer.json()["fields"], entries(asha)) == (422, {}, [])


@pytest.mark.parametrize("odd", ["\x00", "\ud800"])
def test_signs_that_no_database_stores_do_no_harm(as_asha, asha, odd):
    for sent in ({"line": "1 tea", "key": odd}, {"line": "1 tea", "key": "k" * 15 + odd}, {"line": f"1 {odd}"}):
        assert as_asha.post(WAITING, {"sealed": sealed(asha, **sent)}).status_code in (200, 422)
    answer = as_asha.post(WAITING, {"sealed": sealed(asha, line=f"1 tea{odd}", key="q" * 20)})
    assert answer.status_code == (422 if odd == "\x00" else 200)
    assert "\ud800" not in "".join(note for _, _, note in entries(asha))


def test_an_envelope_opens_after_the_installations_key_was_changed(asha, settings):
    envelope = sealed(asha, line="1 tea")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 9, [settings.SECRET_KEY]
    assert opened(asha, envelope) == {"line": "1 tea"}
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotOpened):
        opened(asha, envelope)


def test_staff_and_strangers_send_nothing(as_mira, client, asha):
    envelope = {"sealed": sealed(asha, line="1 tea", key=new_key())}
    assert [as_mira.post(WAITING, envelope).status_code, client.post(WAITING, envelope).status_code] == [403, 302]
    assert entries(asha) == []


# --- What a phone keeps ----------------------------------------------------------------------


def test_the_page_without_a_network_is_the_same_for_everybody(as_asha, as_bo, client, asha):
    entry_of(asha, note="zanzibar", category="Zanzibar")
    pages = {who.get("/expenses/quick/offline/").content for who in (as_asha, as_bo, client)}
    assert len(pages) == 1
    assert b"Asha" not in (page := pages.pop()) and b"csrf" not in page and b"anzibar" not in page


def test_the_worker_rules_over_the_notebook_alone_and_keeps_no_page_of_the_owners(client, db):
    answer = client.get("/expenses/worker.js")
    assert answer["Content-Type"] == "text/javascript" and answer["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer
    kept = answer.content.decode().split("const FILES = [")[1].split("];")[0]
    assert {name.strip(' ",') for name in kept.splitlines() if "/static/" not in name} == {"", "OFFLINE"}


def test_the_notebook_can_be_installed(client, as_asha):
    told = json.loads(client.get("/expenses/notebook.webmanifest").content)
    assert (told["start_url"], told["scope"], told["display"]) == (QUICK, "/expenses/", "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    assert 'rel="manifest"' in as_asha.get(QUICK).content.decode()


def test_signing_out_empties_the_browsers_store(as_asha, as_bo):
    assert as_asha.post("/sign-out/")["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in as_bo.get("/sign-out/")


def test_no_page_of_the_notebook_may_be_kept(as_asha, asha):
    entry = entry_of(asha)
    for path in (
        "/expenses/",
        QUICK,
        f"/expenses/{entry.pk}/",
        "/expenses/mine/",
        "/expenses/rules/",
        "/expenses.json",
    ):
        assert "no-store" in as_asha.get(path)["Cache-Control"], path


def test_the_number_of_queries_does_not_grow(as_asha, asha, django_assert_max_num_queries):
    for number in range(30):
        entry_of(asha, category=f"category {number}")
    with django_assert_max_num_queries(7):
        as_asha.get(QUICK)
