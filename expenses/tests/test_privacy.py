"""A word in every field of asha's notebook is found by nobody but asha: on no page, in no log, mail or trail."""

# ruff: noqa: F811  a fixture has its name from where it is made

import logging
import re
import runpy
from decimal import Decimal

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.tests.cast import signed_in
from config.tests.test_permissions import addresses, objects  # noqa: F401
from config.tests.test_permissions import fill as path_for
from expenses import actions, urls
from expenses.models import Expense
from expenses.own_data import nouns
from expenses.tests import canaries
from expenses.tests.canaries import AS_WRITTEN, WORD
from expenses.tests.test_notebook import entry_of, fields
from expenses.views import pages

OTHERS = ["as_mira", "as_bo", "as_mona", "as_clem", "client"]
NUMBER = re.compile(r"<int:\w+>")


@pytest.fixture
def as_mona(mona):
    return signed_in(mona)


@pytest.fixture
def filled(asha):
    return canaries.fill(asha)


def content_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") + str(answer.headers)


def shows_it(client, path):
    found = content_of(client.get(path, follow=True))
    return any(text in found for text in AS_WRITTEN)


def paths(filled, objects):
    """Every address there is, with what the table of permissions asks for; the notebook's own with asha's rows too."""
    for address in dict.fromkeys(addresses()):
        if "out/" not in address:
            yield path_for(address, objects)
        if address.startswith("expenses/"):
            yield from (f"/{NUMBER.sub(str(row.pk), address)}" for row in filled.values())


def test_every_field_of_every_noun_holds_the_word(filled):
    assert {row._meta.model for row in filled.values()} == set(apps.get_app_config("expenses").get_models())
    assert canaries.texts_left_out(filled) == []


@pytest.mark.slow
@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_finds_it_on_any_page(person, asha, filled, objects, request):
    client = request.getfixturevalue(person)
    found = list(dict.fromkeys(paths(filled, objects)))
    assert len(found) > 150 and "/expenses/" in found and f"/admin/accounts/customer/{asha.pk}/delete/" in found
    assert [path for path in found if shows_it(client, path)] == []


def test_no_list_of_the_portal_finds_it_by_searching(as_mira, filled):
    searched = [model._meta for model, page in admin.site._registry.items() if page.search_fields]
    answers = [as_mira.get(f"/admin/{of.app_label}/{of.model_name}/", {"q": WORD}) for of in searched]
    assert len(answers) > 5
    assert not any(list(answer.context["cl"].result_list) for answer in answers)


@pytest.mark.slow
def test_the_owner_does_find_it(as_asha, filled, objects):
    """The control: the same search sees the word where it may stand."""
    found = {path for path in paths(filled, objects) if "erase" not in path and shows_it(as_asha, path)}
    entry = filled["expense"].pk
    assert {"/expenses/rules/", "/expenses.csv", "/expenses.json", f"/expenses/{entry}/"} <= found


@pytest.mark.parametrize("action", ["", "delete/", "restore/", "receipt/", "receipt/delete/", "split/", "join/"])
def test_another_customers_entry_is_not_found_and_stays_as_it_was(as_bo, asha, action):
    entry = entry_of(asha, note=WORD)
    for method in (as_bo.get, as_bo.post):
        assert method(f"/expenses/{entry.pk}/{action}").status_code in (404, 405)
    assert Expense.objects.of(asha).kept().get().note == WORD


@pytest.mark.parametrize("path", ["/expenses/", "/expenses/trash/", "/expenses.csv", "/expenses.json"])
def test_staff_and_strangers_are_turned_away(as_mira, client, path):
    assert as_mira.get(path).status_code == 403
    assert client.get(path).status_code == 302


def test_no_admin_page_no_permission_and_no_content_in_its_name(filled):
    assert not set(nouns()) & admin.site._registry.keys()
    call_command("migrate", verbosity=0)
    assert not Permission.objects.filter(content_type__app_label="expenses").exists()
    assert all(model._meta.default_permissions == () for model in nouns())
    assert WORD not in "".join(f"{row} {row!r}" for row in filled.values())


# --- What goes wrong is told without the notebook's words ------------------------------------

OPEN_TO_ALL = {"quick_offline", "notebook_worker", "notebook_manifest"}


def test_every_page_of_the_notebook_keeps_quiet():
    views = {pattern.name: pattern.callback for pattern in urls.urlpatterns}
    assert {name for name, view in views.items() if not _keeps_quiet(view)} == OPEN_TO_ALL


def _keeps_quiet(view):
    while view is not None:
        if getattr(view, "keeps_quiet", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


@pytest.fixture
def told(settings, caplog, client):
    """What the log and the mail to the operators said after a page failed; in production's settings."""
    settings.ADMINS = [("Op", "op@example.com")]
    settings.DEBUG = False
    client.raise_request_exception = False
    mailing = next(
        handler for handler in logging.getLogger("django").handlers if "AdminEmail" in type(handler).__name__
    )
    mailing.include_html = True
    caplog.set_level(logging.DEBUG)
    yield lambda: caplog.text + "".join(f"{one.subject}{one.body}{one.alternatives}" for one in mail.outbox)
    mailing.include_html = False


def fail_with_the_word(*args, **kwargs):
    note = f"{WORD} in a variable"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {note.split()[0]} FROM expenses_expense")  # noqa: S608  the error names the word


@pytest.mark.django_db
def test_an_error_tells_neither_log_nor_mail_what_was_written(client, asha, told, monkeypatch):
    client.force_login(asha.login)
    monkeypatch.setattr(actions, "enter", fail_with_the_word)
    answer = client.post(f"/expenses/?text={WORD}", fields(note=WORD), HTTP_REFERER=f"http://testserver/?q={WORD}")
    assert answer.status_code == 500
    assert "OperationalError" in told() or "ProgrammingError" in told()
    assert "fail_with_the_word" in told() and len(mail.outbox) == 1
    assert WORD not in told() + answer.content.decode()


@pytest.mark.django_db
def test_without_the_frame_the_same_error_tells_it(client, asha, told, monkeypatch):
    """The negative control."""
    client.force_login(asha.login)
    monkeypatch.setattr(actions, "enter", fail_with_the_word)
    pattern = next(one for one in urls.urlpatterns if one.name == "quick_expense")
    monkeypatch.setattr(pages, "_forget", lambda request: None)
    bare = pattern.callback
    while hasattr(bare, "__wrapped__"):
        bare = bare.__wrapped__
    monkeypatch.setattr(pattern, "callback", bare)
    assert client.post(f"{reverse('quick_expense')}?text={WORD}", fields(note=WORD)).status_code == 500
    assert WORD in told()


def test_the_servers_own_log_writes_no_search_down():
    told = runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))["access_log_format"]
    assert not [name for name in ("%(r)s", "%(q)s", "%(f)s") if name in told] and "%(U)s" in told


def test_the_audit_trail_holds_nothing_of_it(as_asha, asha):
    before = AuditEntry.objects.count()
    as_asha.post("/expenses/", fields(note=WORD, category=WORD))
    entry = Expense.objects.get()
    as_asha.post(f"/expenses/{entry.pk}/", fields(note=f"{WORD} again"))
    as_asha.post(f"/expenses/{entry.pk}/delete/")
    assert AuditEntry.objects.count() == before


def test_the_session_and_the_messages_hold_nothing_of_it(as_asha, asha):
    answer = as_asha.post("/expenses/", fields(note=WORD, amount="91827.36"))
    kept = f"{answer.headers} {as_asha.cookies} {dict(as_asha.session)}"
    assert not [text for text in AS_WRITTEN if text in kept]


def test_amounts_are_no_secret_to_the_search_itself(as_asha, asha):
    """The control of the amounts: the owner's page writes one of the forms that are looked for."""
    entry_of(asha, amount=Decimal("91827.36"))
    assert shows_it(as_asha, "/expenses/")
