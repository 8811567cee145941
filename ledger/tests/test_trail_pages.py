"""The history of a customer and the audit trail of everybody: plain words, for managers and auditors alone."""

import datetime
from decimal import Decimal
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions
from accounts.actor import DOORS, IMPORT, PORTAL, WEB, acting
from accounts.audit import Entry, record, record_house
from accounts.models import AuditEntry, Customer, HouseEntry, Lender, Manager
from accounts.tests.cast import signed_in
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.portal import trail
from ledger.portal.trail_words import ACTS, NOTHING, Told, act_words, told

pytestmark = pytest.mark.django_db
HISTORY, TRAIL = "/admin/customer/101/audit/", "/admin/audit/"


@pytest.mark.parametrize(("who", "status"), [("mona", 200), ("nina", 200), ("mira", 200), ("clem", 403), ("sten", 403)])
@pytest.mark.parametrize("address", [HISTORY, TRAIL, "/admin/accounts/auditentry/", "/admin/accounts/houseentry/"])
def test_managers_and_auditors_look_and_clerks_do_not(
    address: str, who: str, status: int, request: pytest.FixtureRequest, asha: Customer
) -> None:
    person = request.getfixturevalue(who)
    assert signed_in(person).get(address).status_code == status


@pytest.mark.parametrize("address", [HISTORY, TRAIL])
def test_customers_and_strangers_are_sent_away_and_nobody_posts(address: str, as_asha: Client, as_mira: Client) -> None:
    assert as_asha.get(address, follow=True).status_code == 403
    assert Client().get(address).status_code == 302
    assert as_mira.post(address).status_code == 405


def test_the_links_are_shown_to_whom_they_open(asha: Customer, nina: Manager, clem: Manager) -> None:
    record_payment(Payment(customer=asha, amount=Decimal(5)))  # books that run, no start page
    for person, shown in ((nina, True), (clem, False)):
        client = signed_in(person)
        assert (HISTORY in client.get("/admin/customer/101/").text) is shown
        assert (f'href="{TRAIL}"' in client.get("/admin/").text) is shown


def test_the_history_says_in_plain_words_who_did_what(as_mira: Client, asha: Customer) -> None:
    with acting("m1", PORTAL):
        add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(100)))
        record_payment(Payment(customer=asha, amount=Decimal(60), reference="B-7"))
        asha.phone = "+1 555"
        actions.update_customer(asha)
    lines = as_mira.get(HISTORY).context["lines"]
    assert [line.act for line in lines] == ["Details changed", "Payment recorded", "Due raised"]
    assert {line.by for line in lines} == {"Mira Moss (m1)"}
    text = as_mira.get(HISTORY).text
    for words in ("<del>+254 700 000 101</del>", "<ins>+1 555</ins>", "$60.00", "January 2025", "B-7", "Portal"):
        assert words in text


def test_a_note_cannot_bring_its_own_markup(as_mira: Client, asha: Customer) -> None:
    record([Entry(101, "update_customer", {"name": "<script>alert(1)</script>"})])
    for page in (HISTORY, TRAIL):
        assert "<script>alert" not in as_mira.get(page).text
        assert "&lt;script&gt;alert" in as_mira.get(page).text


def test_another_customer_s_entries_are_not_in_the_history(as_mira: Client, asha: Customer, bo: Customer) -> None:
    record([Entry(101, "invite", {}), Entry(102, "shut_out", {})])
    assert [line.customer for line in as_mira.get(HISTORY).context["lines"]] == [101]
    assert as_mira.get("/admin/customer/999/audit/").status_code == 404


def test_an_empty_history_and_an_empty_search_say_what_to_do(as_mira: Client, asha: Customer) -> None:
    assert "Nothing is written here yet" in as_mira.get(HISTORY).text
    assert "Nothing is written here yet" in as_mira.get(TRAIL).text
    assert "Nothing matches. Ask for less" in as_mira.get(f"{TRAIL}?by=nobody").text


def walk(client: Client, page: str) -> list[int]:
    """The keys of every entry, page by page to the oldest; the house's are negative."""
    found: list[int] = []
    at = page
    for _ in range(50):
        answer = client.get(at)
        found += [line.entry.pk * (1 if line.customer else -1) for line in answer.context["lines"]]
        if not answer.context["older"]:
            return found
        at = page.split("?")[0] + answer.context["older"]
    raise AssertionError("the pages do not end")


@pytest.fixture
def many(asha: Customer, bo: Customer) -> None:
    """Entries of both kinds, many of them at the same instant."""
    start = timezone.now()
    for count in range(20):
        moment = start + datetime.timedelta(seconds=count // 7)
        door = DOORS[count % len(DOORS)]
        with mock.patch("accounts.audit.timezone.now", lambda moment=moment: moment), acting(f"m{count % 3}", door):
            record([Entry(101, "invite", {}), Entry(102, "shut_out", {}), Entry(101, "let_in", {})])
            record_house("update_lender", {"name": str(count)})


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_every_entry_stands_on_exactly_one_page(as_mira: Client, many: None, size: int) -> None:
    with mock.patch.object(trail, "PAGE", size):
        seen = walk(as_mira, TRAIL) if size > 1 else walk(as_mira, f"{TRAIL}?by=m1&act=update_lender")
        history = walk(as_mira, HISTORY)
    if size > 1:
        assert len(seen) == 80
        assert sorted(seen) == sorted(
            [
                *AuditEntry.objects.values_list("pk", flat=True),
                *(-pk for pk in HouseEntry.objects.values_list("pk", flat=True)),
            ]
        )
    assert len(set(seen)) == len(seen)
    assert len(set(history)) == len(history) == 40


def test_the_trail_is_narrowed_by_who_act_door_and_day(as_mira: Client, many: None, lender: Lender) -> None:
    def shown(query: str) -> set[tuple[str, str, str]]:
        entries = [line.entry for line in as_mira.get(f"{TRAIL}?{query}").context["lines"]]
        return {(entry.by, entry.act, entry.door) for entry in entries}

    assert {by for by, _, _ in shown("by=m1")} == {"m1"}
    assert {act for _, act, _ in shown("act=update_lender")} == {"update_lender"}
    assert {door for _, _, door in shown(f"door={IMPORT}")} == {IMPORT}
    assert shown(f"by=m1&act=invite&door={WEB}") == {("m1", "invite", WEB)}
    today = lender.today()
    assert shown(f"day={today}")
    assert shown(f"day={today - datetime.timedelta(1)}") == set()


def test_a_day_is_the_lender_s_own(as_mira: Client, asha: Customer, lender: Lender) -> None:
    Lender.objects.update(time_zone="Pacific/Auckland")
    late = datetime.datetime(2025, 1, 31, 23, 30, tzinfo=datetime.UTC)
    with mock.patch("accounts.audit.timezone.now", lambda: late):
        record([Entry(101, "invite", {})])
    assert len(as_mira.get(f"{TRAIL}?day=2025-02-01").context["lines"]) == 1
    assert len(as_mira.get(f"{TRAIL}?day=2025-01-31").context["lines"]) == 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("day=31/12/2024", "Write the day as year-month-day"),
        ("day=0001-01-01", "Ask for a day between"),
        ("day=9999-12-31", "Ask for a day between"),
        ("act=anything", "Select a valid choice"),
        ("by=" + "x" * 151, "at most 150 characters"),
        ("by=%00", "Null characters"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_how_to_ask(as_mira: Client, query: str, sentence: str) -> None:
    answer = as_mira.get(f"{TRAIL}?{query}")
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize(
    "place", ["x", "2025-01-01T00:00:00,c", "2025-01-01T00:00:00,c,x", "now,c,1", "2025-01-01,q," + "9" * 30]
)
def test_a_place_that_is_none_is_passed_over(as_mira: Client, asha: Customer, place: str) -> None:
    record([Entry(101, "invite", {})])
    assert as_mira.get(TRAIL, {"after": place}).status_code == 200
    assert as_mira.get(HISTORY, {"before": place}).status_code == 200


def test_a_page_asks_the_same_few_questions_for_one_entry_and_for_many(as_mira: Client, asha: Customer) -> None:
    counted = []
    for _ in range(2):
        for page in (HISTORY, TRAIL):
            with CaptureQueriesContext(connection) as asked:
                as_mira.get(page)
            counted.append(len(asked))
            assert not [query for query in asked if "COUNT(" in query["sql"]]
        record([Entry(101, "invite", {}) for _ in range(60)])
    assert counted[2] - counted[0] <= 2
    assert counted[3] - counted[1] <= 2


def test_who_was_taken_out_again_is_still_in_the_trail(as_mira: Client, lender: Lender) -> None:
    actions.register_customer(Customer(id=500, name="Ida"))
    Customer.objects.filter(pk=500).delete()
    assert "500, taken out since" in as_mira.get(TRAIL).text


def test_every_act_has_its_words_and_an_unknown_one_is_readable() -> None:
    assert act_words("record_payment") == "Payment recorded"
    assert act_words("write_letter") == "Write letter"
    assert len(set(ACTS.values())) == len(ACTS)


def test_facts_are_pairs_and_damaged_ones_are_shown_as_they_stand() -> None:
    assert told('{"amount":"5.00","amount_was":"4.00"}') == [Told("amount", "$5.00", "$4.00")]
    assert told('{"phone":"","phone_was":"1"}') == [Told("phone", NOTHING, "1")]
    assert told('{"amount":"not money","due_on":5}') == [Told("amount", "not money"), Told("due on", "5")]
    for damaged in ("{", "[]", "null"):
        assert told(damaged) == [Told("as stored", damaged)]


def test_the_admins_history_is_the_audit_trail(as_mira: Client, asha: Customer, clem: Manager, nina: Manager) -> None:
    due = add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(100)))
    payment = record_payment(Payment(customer=asha, amount=Decimal(60)))
    for row in ("accounts/customer/101", f"ledger/due/{due.pk}", f"ledger/payment/{payment.pk}"):
        page = f"/admin/{row}/"
        assert 'href="../history/"' in as_mira.get(f"{page}change/").text
        answer = signed_in(nina).get(f"{page}history/")
        assert (answer.status_code, answer["Location"]) == (302, HISTORY)
        assert 'href="../history/"' not in signed_in(clem).get(f"{page}change/").text
        assert signed_in(clem).get(f"{page}history/", follow=True).status_code == 403
    for row in ("accounts/lender/1", "ledger/due/0"):
        assert as_mira.get(f"/admin/{row}/history/")["Location"] == TRAIL


def test_the_history_of_what_one_may_not_look_at_is_refused(sten: Manager, asha: Customer) -> None:
    assert signed_in(sten).get("/admin/accounts/customer/101/history/").status_code == 403
