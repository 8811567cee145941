"""The old expense tracker moves in: notebooks entry by entry, and the old password opens them."""

from decimal import Decimal as D
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.core.cache import cache
from django.core.management import CommandError
from django.db.models import Sum
from django.test import Client, override_settings

from accounts.hashers import WerkzeugHasher, kept
from accounts.models import Customer, User
from accounts.tests.doors import is_in, knock
from config.tests.moving_in import moved, stored, table
from config.tests.old_stores import expense_tracker, pbkdf2, scrypt
from expenses.models import Expense

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lender", "uncounted")]
LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "moving"}}
PASSWORDS = {"asha": "river 42", "bo@example.com": "lake 77", "old": "no matter"}
HASHES = {"asha": pbkdf2("river 42"), "bo@example.com": scrypt("lake 77"), "old": "sha256$salt$" + "a" * 64}
GOOD: list[tuple[object, ...]] = [
    (1, 1, "2024-01-31", 0.1 + 0.2, "Food", "rice, and beans"),
    (2, 2, "2024-02-01", 12.5, "Rent", ""),
    (3, "1.0", "2024-02-02 10:00:00", "1e2", "", "=1+1"),
    (4, 1, "2024-02-02", 7, "Food", "x" * 250),
]
BAD: list[tuple[object, ...]] = [
    (5, 1, "2024-01-31", "nan", "Food", ""),
    (6, 1, "2024-01-31", "inf", "Food", ""),
    (7, 1, "31/01/2024", 5, "Food", ""),
    (8, 1, "2024-01-31", -4.5, "Food", ""),
    (9, 99, "2024-01-31", 3, "Food", ""),
    (10, 1, "2024-02-30", 2, "Food", ""),
    (11, 1, "2024-01-31", "", "Food", ""),
]


@pytest.fixture
def uncounted():
    with override_settings(CACHES=LOCAL):
        cache.clear()
        yield


@pytest.fixture
def old(tmp_path: Path) -> Path:
    users = [(place, name, HASHES[name]) for place, name in enumerate(HASHES, 1)]
    return expense_tracker(tmp_path, users, GOOD + BAD)


def test_notebooks_move_in_entry_by_entry(old: Path) -> None:
    said, _ = moved(old / "expenses.csv")
    assert table(said)["entries"] == ["11", "125.30", "4", "119.80", "4", "119.80"]
    asha = User.objects.get(username="c101").customer
    rows = Expense.objects.filter(customer=asha).order_by("day", "pk")
    assert [(row.amount, row.category.name, row.note[:15]) for row in rows] == [
        (D("0.30"), "Food", "rice, and beans"),
        (D("100.00"), "Other", "=1+1"),
        (D("7.00"), "Food", "x" * 15),
    ]
    assert Expense.objects.aggregate(all=Sum("amount"))["all"] == D("119.80")


def test_bad_rows_are_reported_by_line_and_the_others_kept(old: Path) -> None:
    _, saved = moved(old)
    for sentence in (
        "expenses.csv, line 6: 'nan' is not an amount. Left out.",
        "expenses.csv, line 7: 'inf' is not an amount. Left out.",
        "expenses.csv, line 8: the date '31/01/2024' is not a date such as 2025-03-31. Left out.",
        "expenses.csv, line 9: -4.50 is not more than 0. Left out.",
        "expenses.csv, line 10: nobody has the user_id '99'. Left out.",
        "expenses.csv, line 11: the date '2024-02-30' is not a date",
        "expenses.csv, line 12: '' is empty. Left out.",
        "expenses.csv, line 5: a text of 250 characters is cut to 200; the rest was: " + "x" * 50,
        "users.csv, line 4: the password is not stored in a way that is known.",
    ):
        assert sentence in saved
    assert saved.count("Left out") == len(BAD)


@pytest.mark.parametrize("name", ["asha", "bo@example.com"])
@pytest.mark.parametrize("door", ["name", "number"])
def test_the_old_password_signs_in_and_is_hashed_anew(old: Path, name: str, door: str) -> None:
    moved(old)
    user = User.objects.get(customer__name=name)
    assert user.password == f"werkzeug${HASHES[name]}"
    by = name if door == "name" else user.customer_id
    assert knock(by, "wrong").status_code == 200
    client = Client()
    assert knock(by, PASSWORDS[name], client=client).status_code == 302
    assert is_in(client)
    user.refresh_from_db()
    assert identify_hasher(user.password).algorithm == identify_hasher_of_today()
    assert knock(by, PASSWORDS[name]).status_code == 302
    assert knock(by, "wrong").status_code == 200


def identify_hasher_of_today() -> str:
    assert "accounts.hashers.WerkzeugHasher" in settings.PASSWORD_HASHERS
    return "md5"  # the tests' own; outside of them the first of Django's


def test_without_the_hasher_the_old_password_opens_nothing(old: Path) -> None:
    """The negative control."""
    moved(old)
    ours = [one for one in settings.PASSWORD_HASHERS if not one.startswith("accounts")]
    with override_settings(PASSWORD_HASHERS=ours):
        assert knock("asha", PASSWORDS["asha"]).status_code == 200


def test_guessing_at_an_old_password_is_stopped_before_it_is_hashed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved(old)
    tried: list[str] = []

    def counted(self: WerkzeugHasher, password: str, encoded: str) -> bool:
        tried.append(password)
        return honest(self, password, encoded)

    honest = WerkzeugHasher.verify
    monkeypatch.setattr(WerkzeugHasher, "verify", counted)
    answers = [knock("asha", f"guess-{number}").status_code for number in range(8)]
    assert answers == [200] * 5 + [429] * 3
    assert len(tried) == 5


def test_a_second_run_changes_nothing_and_a_mended_row_is_added(old: Path) -> None:
    moved(old)
    knock("asha", PASSWORDS["asha"])
    before = stored()
    said, _ = moved(old)
    assert stored() == before
    assert "Nothing was to be added." in said
    text = (old / "expenses.csv").read_text().replace("2024-01-31,nan", "2024-01-31,2.25")
    (old / "expenses.csv").write_text(text)
    said, _ = moved(old)
    assert table(said)["entries"][4:] == ["1", "2.25"]
    assert Expense.objects.filter(amount=D("2.25")).count() == 1


def test_somebody_who_is_a_customer_already_stays_one(old: Path, asha: Customer) -> None:
    login = User.objects.get(customer=asha).password
    moved(old, "--same", "asha=101")
    assert Expense.objects.filter(customer=asha).count() == 3
    assert User.objects.get(customer=asha).password == login
    assert Customer.objects.get(name="bo@example.com").pk == 102
    with pytest.raises(CommandError, match="there is no customer 9000"):
        moved(old, "--same", "old=9000")


def test_a_name_of_staff_is_not_tried_at_the_customers_door_nor_a_name_at_the_staffs(old: Path) -> None:
    moved(old)
    assert knock("asha", PASSWORDS["asha"], "/manager/login/").status_code == 200


@pytest.mark.parametrize(
    ("hashed", "good"),
    [
        (pbkdf2("x"), True),
        (pbkdf2("x", method="sha1"), True),
        (scrypt("x"), True),
        (scrypt("x", n=2**14, r=8, p=2), True),
        ("plain$salt$secret", False),
        ("pbkdf2:sha256:99999999$salt$" + "a" * 64, False),
        ("pbkdf2:sha256:1000$salt$secret", False),
        ("scrypt:1048576:8:9$salt$" + "a" * 128, False),
        ("scrypt:32767:8:1$salt$" + "a" * 128, False),
        ("pbkdf2:sha256:1000$$" + "a" * 64, False),
        ("", False),
    ],
)
def test_only_a_hash_that_can_be_checked_at_a_bounded_cost_is_kept(hashed: str, good: bool) -> None:
    assert (kept(hashed) == f"werkzeug${hashed}") is good
    if good:
        assert WerkzeugHasher().verify("x", kept(hashed))
        assert not WerkzeugHasher().verify("y", kept(hashed))
        assert "*" in WerkzeugHasher().safe_summary(kept(hashed))["hash"]
