"""Who may take customers along as a file and who may send one back; and that each confirms only his own."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.models import AuditEntry, Customer, Manager, WaitingFile
from accounts.tests.cast import signed_in
from config.roundtrip.pages import WayBack
from config.roundtrip.waiting import WaitingFiles
from config.tests.test_roundtrip import EXPORT, IMPORT, LIST, LOOK, confirm, look, send

pytestmark = pytest.mark.django_db

FILE = "customer,phone\n101,5\n"
TICKED = {"action": "export_chosen", "_selected_action": ["101"], "index": "0"}
# What the library's own pages would have been sent.
ITS_OWN = {"import_file_name": "/etc/passwd", "original_file_name": "a.csv", "format": "0", "resource": "0"}


@pytest.fixture(autouse=True)
def two_customers(asha: Customer, bo: Customer) -> None:
    """asha and bo."""


def answers(client: Client) -> dict[str, int]:
    """Every way in and out, by address, by the list's action and by a raw post."""
    return {
        "export": client.get(EXPORT).status_code,
        "exported": client.post(EXPORT, {"columns": "phone"}).status_code,
        "exported as the library is asked": client.post(EXPORT, {"format": "0", "export_items": "101"}).status_code,
        "ticked": client.post(LIST, TICKED).status_code,
        "import": client.get(IMPORT).status_code,
        "sent": send(client, FILE).status_code,
        "look": client.get(LOOK).status_code,
        "confirmed": client.post(LOOK, {"name": "", "seen": ""}).status_code,
        "confirmed as the library is asked": client.post(LOOK, ITS_OWN).status_code,
    }


def stays_shut(client: Client, status: int = 403) -> None:
    assert set(answers(client).values()) == {status}
    assert WaitingFile.objects.count() == 0
    assert Customer.objects.get(id=101).phone == "+254 700 000 101"


def test_staff_without_a_role_can_neither_export_nor_import(as_sten: Client) -> None:
    stays_shut(as_sten)


def test_outside_the_staff_there_is_no_door(as_asha: Client) -> None:
    stays_shut(as_asha, 302)
    stays_shut(Client(), 302)


def test_without_the_library_s_codes_the_same_test_fails(as_sten: Client, settings) -> None:
    settings.IMPORT_EXPORT_IMPORT_PERMISSION_CODE = settings.IMPORT_EXPORT_EXPORT_PERMISSION_CODE = None
    with pytest.raises(AssertionError):
        stays_shut(as_sten)


def writes_nothing(client: Client) -> None:
    found = answers(client)
    assert {found[way] for way in ("export", "exported", "ticked")} == {200}
    ways_in = ("import", "sent", "look", "confirmed", "confirmed as the library is asked")
    assert {found[way] for way in ways_in} == {403}


def test_an_auditor_exports_and_does_not_import(as_nina: Client) -> None:
    writes_nothing(as_nina)
    page = as_nina.get(LIST).content.decode()
    assert EXPORT in page
    assert IMPORT not in page


def test_without_the_guard_the_auditor_would_import(as_nina: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WayBack, "has_import_permission", lambda admin, request: True)
    with pytest.raises(AssertionError):
        writes_nothing(as_nina)


@pytest.mark.parametrize("who", ["clem", "mona", "mira"])
def test_who_changes_customers_one_by_one_may_by_file(who: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    page = client.get(LIST).content.decode()
    assert EXPORT in page
    assert IMPORT in page
    assert send(client, FILE).status_code == 303
    confirm(client)
    assert Customer.objects.get(id=101).phone == "5"


def test_who_may_change_but_not_add_sends_no_file(as_sten: Client, sten: Manager) -> None:
    """A file may bring new customers."""
    held = roles.permissions(frozenset({"accounts.view_customer", "accounts.change_customer"}))
    sten.login.user_permissions.set(held)
    assert as_sten.get(EXPORT).status_code == 200
    assert send(as_sten, FILE).status_code == 403


def test_other_methods_are_refused(as_mira: Client) -> None:
    assert [as_mira.put(where).status_code for where in (EXPORT, IMPORT, LOOK)] == [405] * 3


def test_a_forged_post_is_refused(clem: Manager) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(clem.login)
    assert [client.post(where, {}).status_code for where in (EXPORT, IMPORT, LOOK)] == [403] * 3


# --- Each his own -------------------------------------------------------------------------------
def confirms(client: Client, name: str, seen: str) -> bool:
    client.post(LOOK, {"name": name, "seen": seen})
    return Customer.objects.get(id=101).phone == "5"


def only_the_sender_confirms(sender: Client, others: list[Client]) -> None:
    """Another manager, and the sender himself in another browser, know the file's name and the fingerprint."""
    send(sender, FILE)
    shown = look(sender).context
    name, seen = shown["file"].name, shown["read"].fingerprint
    for other in others:
        assert other.get(LOOK).status_code == 303
        assert not confirms(other, name, seen)
        assert not confirms(other, "", seen)
        other.post(LOOK, {"name": name, "put_away": "yes"})
        assert WaitingFile.objects.filter(name=name).exists()
    assert confirms(sender, name, seen)


@pytest.fixture
def others(mona: Manager, mira: Manager, clem: Manager) -> list[Client]:
    return [signed_in(person) for person in (mona, mira, clem)]


def test_only_the_sender_confirms_and_only_where_he_sent_it(as_clem: Client, others: list[Client]) -> None:
    only_the_sender_confirms(as_clem, others)


@pytest.mark.parametrize("guard", ["_user", "_session"])
def test_without_the_bond_to_person_and_session_the_same_test_fails(
    as_clem: Client, others: list[Client], clem: Manager, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    """Without the session, clem's other browser confirms; without the person too, anybody does."""
    monkeypatch.setattr(WaitingFiles, "_session", lambda storage: "0" * 64)
    if guard == "_user":
        monkeypatch.setattr(WaitingFiles, "_user", lambda storage: clem.login.pk)
    with pytest.raises(AssertionError):
        only_the_sender_confirms(as_clem, others if guard == "_user" else others[2:])


def test_a_file_is_confirmed_once(as_clem: Client) -> None:
    send(as_clem, FILE)
    shown = look(as_clem).context
    body = {"name": shown["file"].name, "seen": shown["read"].fingerprint}
    pages = [as_clem.post(LOOK, body, follow=True) for _ in range(2)]
    assert [page.redirect_chain[0] for page in pages] == [(LIST, 303), (IMPORT, 303)]
    assert "If you have just confirmed one, its changes are stored." in pages[1].content.decode()
    assert AuditEntry.objects.filter(customer=101).count() == 1
    assert WaitingFile.objects.count() == 0


def test_a_newer_file_takes_the_place_of_the_one_before(as_clem: Client) -> None:
    send(as_clem, FILE)
    older = look(as_clem).context
    send(as_clem, "customer,phone\n102,6\n")
    assert WaitingFile.objects.count() == 1
    assert not confirms(as_clem, older["file"].name, older["read"].fingerprint)
    assert Customer.objects.get(id=102).phone == "+254 700 000 102"


def test_a_day_later_and_after_signing_out_the_file_waits_no_more(as_clem: Client, clem: Manager) -> None:
    send(as_clem, FILE)
    shown = look(as_clem).context
    name, seen = shown["file"].name, shown["read"].fingerprint
    WaitingFile.objects.update(sent_at=timezone.now() - datetime.timedelta(hours=25))
    assert not confirms(as_clem, name, seen)
    send(signed_in(clem), FILE)
    assert WaitingFile.objects.count() == 1
    as_clem.logout()
    as_clem.force_login(clem.login)
    assert as_clem.get(LOOK).status_code == 303


def test_without_the_right_any_more_nothing_is_confirmed(as_clem: Client, clem: Manager) -> None:
    send(as_clem, FILE)
    shown = look(as_clem).context
    clem.login.groups.clear()
    assert as_clem.post(LOOK, {"name": shown["file"].name, "seen": shown["read"].fingerprint}).status_code == 403
    assert Customer.objects.get(id=101).phone == "+254 700 000 101"


def test_the_name_of_a_file_is_random_and_the_session_only_a_hash(as_clem: Client) -> None:
    names = set()
    for _ in range(3):
        send(as_clem, FILE)
        names.add(WaitingFile.objects.get().name)
    assert len(names) == 3
    assert min(map(len, names)) >= 43
    assert str(as_clem.session.session_key) not in WaitingFile.objects.get().session
