"""Both doors ask for the second step, take each code once, stop guessing, and lead where the person wanted to go."""

import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings

from accounts import tokens
from accounts.models import Customer, Manager
from accounts.second_factor import forms
from accounts.second_factor.adapter import NO_FIT, OTHER_KEY
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import CUSTOMER_DOOR, MANAGER_DOOR, is_in, knock
from accounts.tests.phone import APP, CODES, OVERVIEW, STEP, confirmed, recovery_codes, secret_on, set_up, step

pytestmark = pytest.mark.django_db
DOORS = [(101, CUSTOMER_DOOR, "/pay/?year=2025"), (1, MANAGER_DOOR, "/admin/accounts/customer/")]
GUESSES, NETWORK = 5, 20


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """No test is caught between two codes."""
    with time_machine.travel("2026-11-21T09:00:10Z", tick=False):
        yield


@pytest.fixture
def people(asha: Customer, mira: Manager) -> dict[int, Customer | Manager]:
    return {101: asha, 1: mira}


@pytest.mark.parametrize(("number", "door", "wanted"), DOORS)
def test_both_doors_ask_for_the_code_and_lead_where_the_person_wanted_to_go(
    people: dict[int, Customer | Manager], number: int, door: str, wanted: str
) -> None:
    phone, client = set_up(people[number]), Client()
    answer = knock(number, PASSWORD, door, client, next=wanted)
    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert not is_in(client)
    assert client.get(wanted).status_code == 302
    answer = step(client, phone.code())
    assert (answer.status_code, answer["Location"]) == (302, wanted)
    assert is_in(client)


@pytest.mark.parametrize(("number", "door", "wanted"), DOORS)
def test_without_a_second_factor_nothing_is_asked(
    people: dict[int, Customer | Manager], number: int, door: str, wanted: str
) -> None:
    """The negative control of the test above."""
    client = Client()
    assert knock(number, PASSWORD, door, client, next=wanted)["Location"] == wanted
    assert is_in(client)


def test_a_wrong_code_is_refused_and_the_page_says_how_to_mend_it(asha: Customer) -> None:
    phone, client = set_up(asha), Client()
    knock(101, PASSWORD, client=client)
    for wrong in (phone.wrong_code(), "", "abc", "１２３４５６", "9" * 50, phone.code(late=3), phone.code(late=-3)):
        cache.clear()
        answer = step(client, wrong)
        assert answer.status_code == 200
        assert not is_in(client)
    assert NO_FIT.split(".")[0] in answer.text
    assert step(client, phone.code()).status_code == 302


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_clock_half_a_minute_off_is_forgiven(asha: Customer, late: int) -> None:
    phone, client = set_up(asha), Client()
    cache.clear()
    knock(101, PASSWORD, client=client)
    assert step(client, f" {phone.code(late)[:3]} {phone.code(late)[3:]} ").status_code == 302


def replay(asha: Customer, seconds: int) -> int:
    """What a second browser gets for a code that the first has used so many seconds ago."""
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False) as clock:
        phone, first, second = set_up(asha), Client(), Client()
        code = phone.code()
        for client in (first, second):
            knock(101, PASSWORD, client=client)
        assert step(first, code).status_code == 302
        clock.shift(seconds)
        return step(second, code).status_code


@pytest.mark.parametrize("seconds", [0, 20, 45, 59])
def test_a_code_that_was_used_is_refused_even_while_it_would_still_fit(asha: Customer, seconds: int) -> None:
    assert replay(asha, seconds) == 200


def test_without_our_memory_a_used_code_would_open_again(asha: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: allauth alone forgets it after half a minute."""
    monkeypatch.delattr(forms._EachCodeOnce, "clean_code")
    assert replay(asha, 45) == 302


def test_the_code_of_the_set_up_does_not_open_the_door_as_well(asha: Customer) -> None:
    phone, client = set_up(asha), Client()
    knock(101, PASSWORD, client=client)
    assert step(client, phone.code(late=1)).status_code == 200
    assert not is_in(client)


def test_a_recovery_code_opens_once(asha: Customer) -> None:
    set_up(asha)
    code, *others = recovery_codes(asha)
    assert len(others) == 9
    for client, answer in ((Client(), 302), (Client(), 200)):
        cache.clear()
        knock(101, PASSWORD, client=client)
        assert step(client, code).status_code == answer
    assert recovery_codes(asha) == others
    assert "You have used 1 of them" in confirmed(asha).get(OVERVIEW).text


def test_new_recovery_codes_end_the_old_ones(asha: Customer) -> None:
    set_up(asha)
    old = recovery_codes(asha)
    assert confirmed(asha).post("/second-factor/codes/new/")["Location"] == CODES
    assert not set(old) & set(recovery_codes(asha))
    client = Client()
    knock(101, PASSWORD, client=client)
    assert step(client, old[0]).status_code == 200


def guesses(client: Client, times: int) -> list[int]:
    return [step(client, f"{number:06}").status_code for number in range(times)]


@pytest.mark.parametrize(("number", "door", "wanted"), DOORS)
def test_the_sixth_guess_is_stopped_and_even_the_right_code_waits(
    people: dict[int, Customer | Manager], number: int, door: str, wanted: str
) -> None:
    phone, client = set_up(people[number]), Client()
    knock(number, PASSWORD, door, client)
    assert guesses(client, GUESSES + 1) == [200] * GUESSES + [429]
    answer = step(client, phone.code())
    assert answer.status_code == 429
    assert "Wait 10 minutes" in answer.text
    again = Client(REMOTE_ADDR="203.0.113.9")  # signing in anew, from elsewhere, starts no new count
    knock(number, PASSWORD, door, again)
    assert step(again, phone.code()).status_code == 429


def test_without_the_throttle_guessing_goes_on(asha: Customer) -> None:
    set_up(asha)
    client = Client()
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        knock(101, PASSWORD, client=client)
        assert guesses(client, GUESSES + 3) == [200] * (GUESSES + 3)


def spray(asha: Customer, client_of_asha: Client, code: str) -> int:
    """Wrong passwords for many names up to the network's limit, then asha's own good second step, then one more."""
    knock(101, PASSWORD, client=client_of_asha)
    for number in range(1000, 1000 + NETWORK):
        knock(number, "loud-river-42")
    assert step(client_of_asha, code).status_code == 302
    return knock(2000, "loud-river-42").status_code


def test_a_good_code_does_not_wipe_the_networks_count_of_wrong_passwords(asha: Customer) -> None:
    assert spray(asha, Client(), set_up(asha).code()) == 429


def test_counted_as_allauth_does_it_would(asha: Customer) -> None:
    """The negative control: one count for name and network, and whoever holds one account guesses without end."""
    one_count = {"login": "30/m/ip", "login_failed": "20/10m/ip,5/10m/key", "login_failed_network": "99/10m/ip"}
    with override_settings(ACCOUNT_RATE_LIMITS=one_count):
        phone = set_up(asha)
        knock(101, PASSWORD, client=(client := Client()))
        for number in range(1000, 1000 + NETWORK - 1):
            knock(number, "loud-river-42")
        assert step(client, phone.code()).status_code == 302
        assert knock(2000, "loud-river-42").status_code == 200


def test_cancel_forgets_who_was_signing_in_and_leads_back_to_the_same_door(mira: Manager) -> None:
    set_up(mira)
    client = Client()
    knock(1, PASSWORD, MANAGER_DOOR, client)
    page = " ".join(client.get(STEP).text.split())
    assert f'name="next" value="{MANAGER_DOOR}"' in page
    assert client.post("/sign-out/", {"next": MANAGER_DOOR})["Location"] == MANAGER_DOOR
    assert client.get(MANAGER_DOOR).status_code == 200


@pytest.mark.parametrize(("number", "door", "wanted"), DOORS)
def test_who_took_too_long_is_sent_back_to_the_door_of_before(
    people: dict[int, Customer | Manager], number: int, door: str, wanted: str
) -> None:
    phone, client = set_up(people[number]), Client()
    knock(number, PASSWORD, door, client)
    with time_machine.travel("2026-11-21T09:20:00Z", tick=False):
        answer = step(client, phone.code())
        assert (answer.status_code, answer["Location"]) == (302, door)
        assert not is_in(client)


def test_a_link_for_a_new_password_asks_for_the_code_as_well(asha: Customer) -> None:
    phone, client = set_up(asha), Client()
    link = f"/invite/{asha.login.pk}/{tokens.make_token(asha.login)}/"
    answer = client.post(link, {"password": "other-river-42"})
    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert not is_in(client)
    assert step(client, phone.code())["Location"] == "/home/"


def test_the_picture_and_its_link_hold_the_lender_the_person_and_the_key(asha: Customer) -> None:
    page = confirmed(asha).get(APP)
    name = "Duebook%3A%20Asha%20Rao%20%28c101%29"
    assert page.context["totp_url"] == f"otpauth://totp/{name}?secret={secret_on(page.text)}&issuer=Duebook"
    assert 'role="img" aria-label="Picture to scan' in page.text.replace("\n", " ")


def test_the_step_is_not_shown_to_who_never_gave_a_password(client: Client) -> None:
    assert client.get(STEP)["Location"] == CUSTOMER_DOOR
    assert client.post(STEP, {"code": "000000"})["Location"] == CUSTOMER_DOOR


@pytest.mark.parametrize("address", [APP, CODES, "/second-factor/passkeys/add/"])
def test_setting_up_asks_for_the_password_once_more(as_asha: Client, address: str) -> None:
    answer = as_asha.get(address)
    assert answer.status_code == (404 if address == CODES else 302)
    assert address == CODES or answer["Location"].startswith("/confirm-password/")


def test_a_wrong_code_does_not_switch_it_on(asha: Customer) -> None:
    client = confirmed(asha)
    secret_on(client.get(APP).text)
    assert client.post(APP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_removing_the_app_takes_the_recovery_codes_along_and_the_password_is_enough(asha: Customer) -> None:
    set_up(asha)
    assert confirmed(asha).post("/second-factor/app/remove/")["Location"] == OVERVIEW
    assert not Authenticator.objects.exists()
    assert knock(101, PASSWORD)["Location"] == "/home/"


def test_the_database_does_not_tell_the_secrets(asha: Customer) -> None:
    client = confirmed(asha)
    secret = secret_on(client.get(APP).text)
    set_up(asha, client)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in recovery_codes(asha))


def test_under_another_key_no_code_opens_and_the_page_says_why(asha: Customer) -> None:
    phone = set_up(asha)
    with override_settings(SECRET_KEY="another" * 9):
        client = Client()
        knock(101, PASSWORD, client=client)
        assert str(OTHER_KEY) in step(client, phone.code()).text
        assert confirmed(asha).get(OVERVIEW).status_code == 200
    with override_settings(SECRET_KEY="another" * 9, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        client = Client()
        knock(101, PASSWORD, client=client)
        assert step(client, phone.code()).status_code == 302


def test_each_page_keeps_the_policy_and_is_not_kept_by_the_browser(asha: Customer) -> None:
    client = confirmed(asha)
    pages = {address: client.get(address) for address in (OVERVIEW, APP, "/second-factor/passkeys/add/")}
    set_up(asha, client)
    later = ("", "codes/", "codes/new/", "app/remove/", "confirm/", "codes/recovery-codes.txt")
    pages |= {address: client.get(f"/second-factor/{address}") for address in later}
    door = Client()
    knock(101, PASSWORD, client=door)
    pages["step"] = door.get(STEP)
    for address, page in pages.items():
        assert page.status_code == 200, address
        assert "unsafe" not in page["Content-Security-Policy"]
        assert "no-store" in page["Cache-Control"], address
        inline = r"<script(?![^>]* src=)(?![^>]* type=\"application/json\")|\son\w+=|\sstyle=|data:image"
        assert not re.search(inline, page.text), address
    assert pages[APP].text.count("<svg") == 1
    assert pages["codes/recovery-codes.txt"].text.count("\n") >= 10
