"""Programs sign in as people do: the same throttle, the same second factor; and what they hold dies when it must."""

import datetime
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.utils import timezone

from accounts import programs
from accounts.actions import reset_second_factor, set_active
from accounts.models import ApiSession, Customer, Lender, Manager, PersonalToken, User
from accounts.tests.cast import PASSWORD
from accounts.tests.phone import recovery_codes, set_up
from accounts.tests.programs import Program, program_of, sign_in, token_of

pytestmark = pytest.mark.django_db
ME = "/api/me"


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, which is a problem and nothing else."""
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told["code"]


def test_a_customer_signs_in_with_number_or_address(asha: Customer) -> None:
    for name in (101, "101", "asha@example.com"):
        told = sign_in(name).json()
        assert told["user"] == {"name": "Asha Rao", "kind": "customer", "customer_id": 101, "role": ""}
        assert Program(told["access_token"]).get(ME).json()["name"] == "Asha Rao"


def test_staff_signs_in_at_its_own_door(clem: Manager, asha: Customer) -> None:
    assert sign_in(2, door="manager").json()["user"]["role"] == "clerk"
    assert code(sign_in(101, door="manager")) == (401, "wrong_credentials")


def test_a_wrong_password_and_an_unknown_number_answer_alike(asha: Customer) -> None:
    wrong, unknown = sign_in(101, "guess"), sign_in(999, "guess")
    assert wrong.json() == unknown.json()
    assert wrong["WWW-Authenticate"].startswith("Bearer")


def test_the_sixth_guess_is_not_hashed_and_says_when(asha: Customer, hashing: list[str]) -> None:
    answers = [sign_in(101, f"guess-{number}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert len(hashing) == 5
    assert answers[-1]["Retry-After"] == "600"
    assert code(sign_in(101)) == (429, "too_many_requests")


def test_without_the_throttle_every_guess_is_hashed(asha: Customer, hashing: list[str]) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        assert {sign_in(101, f"guess-{number}").status_code for number in range(7)} == {401}
    assert len(hashing) == 7


def test_guesses_at_the_web_door_count_here_too(asha: Customer) -> None:
    for number in range(5):
        Client().post("/customer/login/", {"login": "101", "password": f"guess-{number}"})
    assert sign_in(101).status_code == 429


def test_a_second_factor_is_asked_for_and_each_code_is_good_once(asha: Customer) -> None:
    phone = set_up(asha)
    assert code(sign_in(101)) == (401, "otp_required")
    assert code(sign_in(101, otp=phone.wrong_code())) == (401, "otp_wrong")
    now = phone.code()
    assert sign_in(101, otp=now).status_code == 200
    assert code(sign_in(101, otp=now)) == (401, "otp_wrong")


def test_a_recovery_code_does_where_the_phone_is_lost(asha: Customer) -> None:
    set_up(asha)
    spare = recovery_codes(asha)[0]
    assert sign_in(101, otp=spare).status_code == 200
    assert code(sign_in(101, otp=spare)) == (401, "otp_wrong")


def test_codes_are_not_guessed_for_ever(asha: Customer) -> None:
    phone = set_up(asha)
    answers = [sign_in(101, otp=phone.wrong_code()).status_code for _ in range(7)]
    assert answers[-1] == 429
    assert sign_in(101, otp=phone.code()).status_code == 429


def test_staff_without_the_second_factor_that_the_lender_asks_for_stays_out(clem: Manager, lender: Lender) -> None:
    before = program_of(clem)
    Lender.objects.update(staff_second_factor=True)
    assert code(sign_in(2, door="manager")) == (403, "second_factor_missing")
    assert code(before.get(ME)) == (403, "second_factor_missing")
    Lender.objects.update(staff_second_factor=False)
    assert before.get(ME).status_code == 200


def test_who_is_shut_out_is_told_only_with_the_right_password(asha: Customer) -> None:
    User.objects.update(is_active=False)
    assert code(sign_in(101)) == (403, "sign_in_closed")
    assert code(sign_in(101, "guess")) == (401, "wrong_credentials")


def test_renewals_and_sign_ins_of_one_network_are_counted_together(asha: Customer) -> None:
    renewals = [Program().send("/api/token/refresh", {"refresh_token": "x"}).status_code for _ in range(29)]
    assert (set(renewals), sign_in(101).status_code) == ({401}, 200)
    assert code(sign_in(101)) == (429, "too_many_requests")
    assert code(Program().send("/api/token/refresh", {"refresh_token": "x"})) == (429, "too_many_requests")


def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_session(asha: Customer) -> None:
    first = sign_in(101).json()
    second = Program().send("/api/token/refresh", {"refresh_token": first["refresh_token"]}).json()
    assert Program(second["access_token"]).get(ME).status_code == 200
    assert code(Program().send("/api/token/refresh", {"refresh_token": first["refresh_token"]})) == (
        401,
        "unauthorized",
    )
    assert code(Program(second["access_token"]).get(ME)) == (401, "unauthorized")
    assert Program().send("/api/token/refresh", {"refresh_token": second["refresh_token"]}).status_code == 401


def test_a_refresh_refused_for_want_of_the_second_factor_spends_no_token(clem: Manager, lender: Lender) -> None:
    told = {"refresh_token": programs.open_session(clem.login).refresh}
    Lender.objects.update(staff_second_factor=True)
    assert code(Program().send("/api/token/refresh", told)) == (403, "second_factor_missing")
    Lender.objects.update(staff_second_factor=False)
    assert Program().send("/api/token/refresh", told).status_code == 200
    assert code(Program().send("/api/token/refresh", told)) == (401, "unauthorized"), "the control: now it is spent"


def test_a_guessed_refresh_token_ends_nobodys_session(asha: Customer) -> None:
    pair = programs.open_session(asha.login)
    for guess in (f"{pair.session.pk}.x.y", f"{pair.session.pk}", "", "1" * 40, "²..", f"{pair.session.pk + 1}.x.y"):
        assert programs.renew_session(guess) is None
    assert Program(pair.access).get(ME).status_code == 200


def test_nothing_that_opens_a_door_stands_in_the_tables(clem: Manager) -> None:
    pair = programs.open_session(clem.login)
    _, secret = programs.make_token(clem.login, "bank", ["read"], 30)
    stored = repr([list(model.objects.values_list()) for model in (ApiSession, PersonalToken)])
    parts = [*pair.refresh.split(".")[1:], secret, secret.removeprefix(programs.PREFIX), pair.access]
    assert [part for part in parts if part in stored] == []


def test_sign_out_ends_the_session_at_once_and_no_other(asha: Customer) -> None:
    here, there = program_of(asha), program_of(asha)
    assert here.send("/api/logout").status_code == 204
    assert (here.get(ME).status_code, there.get(ME).status_code) == (401, 200)


def test_sessions_are_listed_and_ended_by_their_owner_alone(asha: Customer, bo: Customer) -> None:
    here, there, of_bo = program_of(asha), program_of(asha), program_of(bo)
    rows = here.get("/api/sessions").json()
    assert [row["current"] for row in rows] == [False, True]
    assert code(of_bo.delete(f"/api/sessions/{rows[0]['id']}")) == (404, "not_found")
    assert here.delete(f"/api/sessions/{rows[0]['id']}").status_code == 204
    assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)


@pytest.mark.parametrize("way", ["session", "token", "refresh"])
@pytest.mark.parametrize("what", ["shut out", "password", "second factor reset"])
def test_what_a_program_holds_is_dead_at_once(clem: Manager, way: str, what: str) -> None:
    pair = programs.open_session(clem.login)
    held = Program(pair.access) if way == "session" else token_of(clem, "read")
    assert held.get(ME).status_code == 200
    user = clem.login
    if what == "shut out":
        set_active([user], False)
        set_active([user], True)  # let in again: what was held stays dead
    elif what == "password":
        user.set_password("another-river-43")
        user.save()
    else:
        reset_second_factor(user)
    if way == "refresh":
        assert programs.renew_session(pair.refresh) is None
    else:
        assert code(held.get(ME)) == (401, "unauthorized")


@pytest.fixture
def older_hash(clem: Manager) -> User:
    """Of the same password, as it was hashed before the release that hashes harder."""
    User.objects.filter(pk=clem.login.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    return User.objects.get(pk=clem.login.pk)


def test_what_a_program_holds_outlives_a_harder_hash_of_the_same_password(older_hash: User) -> None:
    held = [Program(programs.open_session(older_hash).access), Program(make_token_of(older_hash))]
    before = older_hash.password
    assert sign_in(2, door="manager").status_code == 200
    older_hash.refresh_from_db()
    assert older_hash.password != before
    assert [program.get(ME).status_code for program in held] == [200, 200]
    older_hash.set_password("another-river-43")
    older_hash.save()
    assert [program.get(ME).status_code for program in held] == [401, 401], "the control: another password"


def test_a_harder_hash_wakes_no_key_and_undoes_no_change_of_password(older_hash: User) -> None:
    dead = Program(make_token_of(older_hash))
    PersonalToken.objects.update(stamp="of a password of before")
    assert sign_in(2, door="manager").status_code == 200
    assert dead.get(ME).status_code == 401
    User.objects.update(password=make_password("another-river-43"))
    assert older_hash.check_password(PASSWORD), "by what was read before the change"
    older_hash.refresh_from_db()
    assert not older_hash.check_password(PASSWORD)
    assert older_hash.check_password("another-river-43")


def make_token_of(user: User) -> str:
    return programs.make_token(user, "nightly", ["read"], 30)[1]


def test_an_access_token_ages_in_minutes_and_a_session_in_days(asha: Customer) -> None:
    pair = programs.open_session(asha.login)
    with time_machine.travel(timezone.now() + programs.ACCESS + datetime.timedelta(seconds=1)):
        assert Program(pair.access).get(ME).status_code == 401
    with time_machine.travel(timezone.now() + programs.REFRESH + datetime.timedelta(seconds=1)):
        assert programs.renew_session(pair.refresh) is None
        assert programs.open_session(asha.login)


def forged(asha: Customer, key: bytes | str, algorithm: str, **more: Any) -> str:
    session = programs.open_session(asha.login).session
    ends = timezone.now() + datetime.timedelta(hours=1)
    claims = {"sub": str(asha.login.pk), "sid": session.pk, "exp": ends, **more}
    return jwt.encode({name: value for name, value in claims.items() if value}, key, algorithm=algorithm)


@pytest.mark.filterwarnings("ignore")
def test_a_forged_access_token_opens_nothing(asha: Customer, bo: Customer) -> None:
    right = programs._signing_key(settings.SECRET_KEY)
    bad = [
        forged(asha, "", "none"),
        forged(asha, settings.SECRET_KEY, "HS256"),
        forged(asha, right, "HS512"),
        forged(asha, right, "HS256", exp=None),
        forged(asha, right, "HS256", sub=str(bo.login.pk)),
    ]
    assert [Program(token).get(ME).status_code for token in [*bad, "x", "a.b.c", "dbt_", "é"]] == [401] * 9
    assert Program(forged(asha, right, "HS256")).get(ME).status_code == 200, "the control: this one is well made"


def test_a_cookie_counts_for_nothing(as_asha: Client) -> None:
    assert as_asha.get("/profile/").status_code == 200
    assert code(as_asha.get(ME)) == (401, "unauthorized")


def test_keys_of_before_still_open_while_they_are_fallbacks(asha: Customer) -> None:
    pair = programs.open_session(asha.login)
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=[old]):
        assert Program(pair.access).get(ME).status_code == 200
        assert programs.renew_session(pair.refresh)
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=[]):
        assert Program(pair.access).get(ME).status_code == 401


def test_old_sessions_end_when_there_are_too_many(asha: Customer) -> None:
    first = program_of(asha)
    for _ in range(programs.MOST_SESSIONS):
        program_of(asha)
    assert first.get(ME).status_code == 401
    assert ApiSession.objects.of(asha.login).alive().count() == programs.MOST_SESSIONS


@override_settings(API_CALLS_A_MINUTE=3)
def test_each_token_has_its_own_count_of_calls(asha: Customer) -> None:
    with time_machine.travel(datetime.datetime(2026, 11, 21, 10, 0, 15, tzinfo=datetime.UTC), tick=False) as clock:
        busy, quiet = program_of(asha), program_of(asha)
        answers = [busy.get(ME) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
        assert answers[-1]["Retry-After"] == "45"
        assert quiet.get(ME).status_code == 200
        clock.shift(45)
        assert busy.get(ME).status_code == 200


def test_a_password_is_never_sent_back(asha: Customer) -> None:
    answer = Program().send("/api/customer/login", {"id": 101, "password": PASSWORD, "extra": PASSWORD})
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
