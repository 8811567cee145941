"""A word written in every field of asha's notebook is found by nobody but asha, on any page."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command

from config.tests.test_permissions import addresses
from expenses.models import Category, Expense
from expenses.tests.test_notebook import entry_of

CANARY = "zanzibarcanary"


@pytest.fixture
def entry(asha):
    return entry_of(asha, note=f"{CANARY} note", category=f"{CANARY} category")


def shows_it(client, path):
    answer = client.get(path, follow=True)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return CANARY in content.decode("utf-8", "replace")


def paths(asha, entry):
    """Every address there is, with asha's number and with the entry's wherever a number is asked for."""
    for address in addresses():
        for number in {asha.pk, entry.pk}:
            path = address.replace("^", "").replace("$", "")
            for kind in ("<int:number>", "<int:payment>", "<path:object_id>", "<int:content_type_id>"):
                path = path.replace(kind, str(number))
            if "<" not in path and "(" not in path and "logout" not in path:
                yield f"/{path}"


@pytest.mark.parametrize("person", ["as_bo", "as_mira", "as_clem", "as_nina", "client"])
def test_nobody_else_finds_it_on_any_page(person, asha, entry, request):
    client = request.getfixturevalue(person)
    found = list(paths(asha, entry))
    assert len(found) > 40 and "/expenses/" in found and f"/admin/accounts/customer/{asha.pk}/delete/" in found
    assert [path for path in found if shows_it(client, path)] == []


def test_the_owner_does_find_it(as_asha, asha, entry):
    """The control: the same search sees the word where it may stand."""
    found = {path for path in paths(asha, entry) if shows_it(as_asha, path)}
    assert {"/expenses/", "/expenses.csv", f"/expenses/{entry.pk}/"} <= found


@pytest.mark.parametrize("action", ["", "delete/", "restore/"])
def test_another_customers_entry_is_not_found_and_stays_as_it_was(as_bo, asha, entry, action):
    for method in (as_bo.get, as_bo.post):
        assert method(f"/expenses/{entry.pk}/{action}").status_code in (404, 405)
    assert Expense.objects.of(asha).kept().get().note == f"{CANARY} note"


@pytest.mark.parametrize("path", ["/expenses/", "/expenses/trash/", "/expenses.csv"])
def test_staff_and_strangers_are_turned_away(as_mira, client, path):
    assert as_mira.get(path).status_code == 403
    assert client.get(path).status_code == 302


def test_no_admin_page_no_permission_and_no_content_in_its_name(entry):
    assert not {Expense, Category} & admin.site._registry.keys()
    call_command("migrate", verbosity=0)
    assert not Permission.objects.filter(content_type__app_label="expenses").exists()
    assert all(model._meta.default_permissions == () for model in apps.get_app_config("expenses").get_models())
    assert CANARY not in f"{entry} {entry!r} {entry.category} {entry.category!r}"
