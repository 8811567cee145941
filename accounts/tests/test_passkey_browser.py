"""A passkey in Chromium, with an authenticator that the browser plays: added, and used as the second step."""

import re
from collections.abc import Callable

from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender, Manager, User
from accounts.tests.cast import PASSWORD
from accounts.tests.phone import Phone, secret_on
from config.tests.browsing import IN_A_BROWSER, faults_in_every_look, give_password, violations

pytestmark = IN_A_BROWSER


def give_authenticator(page: Page, obeys: bool = True) -> None:
    """A key in the machine, whose owner touches it at once; or one that finds no finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": obeys,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm_password(page: Page) -> None:
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def add_passkey(page: Page) -> None:
    page.goto("/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm_password(page)
    page.get_by_label("Name").fill("the blue key")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def phone_for(page: Page) -> Phone:
    """With the secret that the page shows, once all of the page is there."""
    page.wait_for_load_state()
    return Phone(secret_on(page.content()))


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))  # the landing: the script of a customer's page sends first, then leaves


def test_a_passkey_is_added_and_opens_the_staffs_door(look_at: Callable[..., Page], mira: Manager) -> None:
    Lender.objects.update_or_create(id=1, defaults={"currency": "USD", "staff_second_factor": True})
    page = look_at(mira)
    give_authenticator(page)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    add_passkey(page)
    page.goto("/second-factor/")
    expect(page.get_by_text("the blue key, added")).to_be_visible()
    sign_out(page)
    page.goto("/admin/accounts/customer/")
    page.locator("input[name=login]").fill("1")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/accounts/customer/")


def test_without_the_key_the_password_alone_opens_nothing(look_at: Callable[..., Page], asha: Customer) -> None:
    """The negative control: another machine has the password and an authenticator, and not this passkey."""
    page = look_at(asha)
    give_authenticator(page)
    add_passkey(page)
    stranger = look_at(asha)
    give_authenticator(stranger)
    stranger.get_by_role("button", name="Use a passkey").click()
    expect(stranger.get_by_text("The browser gave no passkey")).to_be_visible()
    stranger.goto("/dashboard/")
    assert "/login/" in stranger.url or "/second-factor/code/" in stranger.url


def test_a_passkey_is_removed_after_the_passkey_said_yes(look_at: Callable[..., Page], asha: Customer) -> None:
    page = look_at(asha)
    give_authenticator(page)
    add_passkey(page)
    sign_out(page)
    give_password(page, asha)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/dashboard/**")
    page.goto("/second-factor/")
    page.get_by_role("link", name="Remove the blue key").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You get them with your first app or passkey")).to_be_visible()


def test_each_page_of_the_second_factor_is_free_of_axe_violations(look_at: Callable[..., Page], asha: Customer) -> None:
    page = look_at(asha)
    faults = {}

    def see(name: str) -> None:
        faults[name] = faults_in_every_look(page)

    page.goto("/second-factor/")
    see("overview, empty")
    page.get_by_role("link", name="Set up an app").click()
    see("confirm the password")
    confirm_password(page)
    page.get_by_text("No camera").click()
    see("set up an app")
    phone = phone_for(page)
    page.get_by_role("textbox", name="Code").fill(phone.wrong_code())
    page.get_by_role("button", name="Switch on").click()
    see("a wrong code")
    page.get_by_role("textbox", name="Code").fill(phone.code())
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    see("recovery codes")
    for address in ("", "codes/new/", "app/remove/", "passkeys/add/", "confirm/"):
        page.goto(f"/second-factor/{address}")
        see(address)
    sign_out(page)
    give_password(page, asha)
    see("second step")
    page.get_by_role("textbox", name="Code").fill(phone.code(late=-1))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/**")
    assert {name: found for name, found in faults.items() if found} == {}


def test_without_javascript_the_code_still_opens(look_at: Callable[..., Page], asha: Customer, client: Client) -> None:
    page = look_at(asha, java_script_enabled=False)
    page.goto("/second-factor/app/")
    confirm_password(page)
    phone = phone_for(page)
    page.get_by_role("textbox", name="Code").fill(phone.code())
    page.get_by_role("button", name="Switch on").click()
    sign_out(page)
    give_password(page, asha)
    page.get_by_role("textbox", name="Code").fill(phone.code(late=-1))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/**")
    assert User.objects.get(customer=asha).last_login
