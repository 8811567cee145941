"""The project starts safely or not at all, and every answer carries what it must."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as current
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import include, path

from accounts.outbox import CONSOLE
from config import settings as as_written
from config.checks import mails_have_a_server

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
KEY = "k3Jm-9fT_a-long-random-text-that-is-made-for-this-test-alone-0815"
PRODUCTION = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "duebook.example"}
WITH_MAIL = {**PRODUCTION, "EMAIL_URL": "smtp://mail.example"}


def crash(request):
    raise RuntimeError("planned")


urlpatterns = [path("crash", crash), path("", include("config.urls"))]


def python(*args, **env):
    """Run Python in the project with nothing but these variables."""
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **env}
    return subprocess.run([sys.executable, *args], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=120)


def manage(*args, **env):
    return python("manage.py", *args, **env)


@pytest.fixture
def database(tmp_path):
    """The address of a database that does not exist yet."""
    return f"sqlite:///{tmp_path}/books.sqlite3"


# --- Starting --------------------------------------------------------------------------------


def test_without_a_key_nothing_is_served():
    run = python("-c", "import config.wsgi")
    assert run.returncode != 0
    assert "Set SECRET_KEY to a long random text, or DEBUG=1 on a machine of your own." in run.stderr


@pytest.mark.slow
def test_without_a_key_the_commands_that_keep_the_books_still_run(database):
    # The machine that runs the tests may hold a development key; these processes hold none.
    keyless = "from config import settings; settings.SECRET_KEY = ''; "
    command = "from django.core.management import execute_from_command_line as run; run(['manage.py', *{}])"
    env = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
    for words in (["migrate", "-v0"], ["check"], ["check_books"]):
        run = python("-c", keyless + command.format(words), **env)
        assert run.returncode == 0, run.stderr
    assert python("-c", keyless + "from django.core import signing; signing.dumps(1)", **env).returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize("env", [{"DEBUG": "1"}, {"DEMO": "1"}, PRODUCTION], ids=["debug", "demo", "production"])
def test_with_a_key_or_on_ones_own_machine_it_is(env, database):
    run = python("-c", "import config.wsgi", DATABASE_URL=database, **env)
    assert run.returncode == 0, run.stderr


@pytest.mark.slow
def test_production_settings_pass_every_deployment_check(database):
    run = manage("check", "--deploy", "--fail-level", "WARNING", DATABASE_URL=database, **WITH_MAIL)
    assert run.returncode == 0, run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "env", [{"DEBUG": "1"}, {**WITH_MAIL, "SECRET_KEY": "short"}, {**WITH_MAIL, "INSECURE_HTTP": "1"}]
)
def test_other_settings_do_not(env, database):
    run = manage("check", "--deploy", "--fail-level", "WARNING", DATABASE_URL=database, **env)
    assert run.returncode != 0


@pytest.mark.slow
def test_the_checks_wait_for_the_first_migration(database):
    run = manage("check", "--database", "default", DATABASE_URL=database, **PRODUCTION)
    assert run.returncode == 0, run.stderr


@pytest.mark.slow
def test_the_server_does_not_open_its_door_on_demo_users(town):
    opened = python("-c", "import config.wsgi", DATABASE_URL=town, **PRODUCTION)
    assert opened.returncode == 0, opened.stderr
    make = "from accounts.models import User; User.objects.create_user('c101', 'customer123')"
    assert manage("shell", "-v0", "-c", make, DATABASE_URL=town, **PRODUCTION).returncode == 0
    refused = python("-c", "import config.wsgi", DATABASE_URL=town, **PRODUCTION)
    assert refused.returncode != 0
    assert "c101 can sign in with the password of the demo." in refused.stderr


@pytest.mark.parametrize(
    ("given", "site"),
    [
        ({}, "https://duebook.example"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*.shop.example,https://books.example"}, "https://books.example"),
        ({"CSRF_TRUSTED_ORIGINS": "https://books.example", "SITE_URL": "https://a.example/"}, "https://a.example"),
    ],
)
def test_links_in_mails_lead_to_the_site(given, site):
    show = "import django; django.setup(); from accounts.sites import usual_site; print(usual_site())"
    run = python("-c", show, DJANGO_SETTINGS_MODULE="config.settings", **PRODUCTION, **given)
    assert run.stdout.strip() == site, run.stderr


def test_mail_goes_where_email_url_says(database):
    names = [
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "DEFAULT_FROM_EMAIL",
    ]
    show = f"import json; from config import settings; print(json.dumps([getattr(settings, n) for n in {names}]))"
    url = "submission://post:s3cret@mail.example:587"
    run = python("-c", show, EMAIL_URL=url, DEFAULT_FROM_EMAIL="books@shop.example", **PRODUCTION)
    assert json.loads(run.stdout) == ["mail.example", 587, "post", "s3cret", True, "books@shop.example"]


@pytest.mark.parametrize(("url", "seconds"), [("smtp://mail.example", 120), ("smtp://mail.example?timeout=300", 300)])
def test_a_slow_server_is_waited_for_and_the_claim_outlasts_ten_of_its_answers(url, seconds):
    show = (
        "import django; django.setup(); from accounts import outbox; print(outbox.settings.EMAIL_TIMEOUT, outbox.LEASE)"
    )
    run = python("-c", show, DJANGO_SETTINGS_MODULE="config.settings", EMAIL_URL=url, **PRODUCTION)
    timeout, lease = map(float, run.stdout.split())
    assert timeout == seconds, run.stderr
    assert lease > 10 * timeout


def test_production_that_would_only_print_its_mails_is_warned(settings):
    settings.DEVELOPMENT = False
    assert mails_have_a_server(None) == []
    settings.EMAIL_BACKEND = CONSOLE
    assert [message.id for message in mails_have_a_server(None)] == ["duebook.W002"]
    settings.DEVELOPMENT = True
    assert mails_have_a_server(None) == []


def test_render_gives_its_worker_what_mails_need():
    web, worker = (ROOT / "render.yaml").read_text().split("- type: worker")
    for name in ("EMAIL_URL", "DEFAULT_FROM_EMAIL", "SITE_URL"):
        assert f"- key: {name}\n        sync: false" in web
        taken = "fromService:\n          type: web\n          name: duebook\n          envVarKey: "
        assert f"- key: {name}\n        {taken}{name}\n" in worker


# --- Every answer ----------------------------------------------------------------------------

PAGES = {
    "landing": ("/", 200),
    "customer sign-in": ("/customer/login/", 200),
    "manager sign-in": ("/manager/login/", 200),
    "redirect": ("/dashboard/", 302),
    "missing": ("/no-such-page/", 404),
    "admin": ("/admin/", 302),
    "health": ("/healthz", 200),
    "crash": ("/crash", 500),
}


@pytest.mark.django_db
@pytest.mark.urls("config.tests.test_settings")
@pytest.mark.parametrize(("address", "status"), PAGES.values(), ids=PAGES)
def test_the_policy_is_on_every_kind_of_page(address, status):
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_policy_is_on_the_managers_pages(as_mira):
    answer = as_mira.get("/admin/")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].startswith("default-src 'self';")


@pytest.mark.django_db
def test_the_policy_is_on_a_refused_form():
    answer = Client(enforce_csrf_checks=True).post("/customer/login/", {"login": "101"})
    assert answer.status_code == 403
    assert "Content-Security-Policy" in answer


@pytest.mark.django_db
def test_without_its_middleware_there_is_no_policy(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("content_security_policy")]
    assert "Content-Security-Policy" not in Client().get("/healthz")


@pytest.mark.django_db
@pytest.mark.parametrize("length", [str(12 * 1024 * 1024 + 1), "99999999999999999999", "-1", "ten", "٣"])
def test_a_body_that_is_too_large_is_refused_unread(length):
    answer = Client().generic("POST", "/customer/login/", b"x", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert answer.content == b"The request is too large."


@pytest.mark.django_db
def test_a_body_of_just_the_limit_is_read():
    answer = Client().generic("POST", "/customer/login/", b"x", CONTENT_LENGTH=str(current.MAX_UPLOAD_BYTES))
    assert answer.status_code != 413


# --- Health ----------------------------------------------------------------------------------


def test_alive_needs_no_database():
    assert Client().get("/healthz").content == b"ok\n"  # without the db mark, a query would fail the test


@pytest.mark.django_db
def test_ready_when_every_migration_is_applied():
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_not_ready_while_migrations_wait(monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *args, **kwargs: ["one", "two"])
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"2 migrations wait\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/books.sqlite3", "postgresql://postgres@127.0.0.1:1/postgres"]
)
def test_not_ready_when_the_database_is_away(url):
    ask = "from django.test import Client; answer = Client().get('/readyz'); print(answer.status_code, answer.content)"
    run = manage("shell", "-v0", "-c", ask, DATABASE_URL=url, DEBUG="1")
    assert "503 b'the database does not answer\\n'" in run.stdout, run.stderr


# --- Static files ----------------------------------------------------------------------------


@pytest.fixture
def collected(settings, tmp_path):
    """Static files as production has them; other tests use plain names."""
    settings.STATIC_ROOT = tmp_path / "staticfiles"
    settings.STORAGES = as_written.STORAGES
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


@pytest.mark.slow
@pytest.mark.django_db
def test_static_files_are_hashed_compressed_and_kept_for_ever(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    hashed = names["css/duebook.css"]
    assert hashed != "css/duebook.css"
    assert not (collected / "css/duebook.css").exists()
    assert {".br", ".gz"} <= {file.suffix for file in (collected / "css").glob("duebook.*")}
    answer = Client(headers={"accept-encoding": "br"}).get(f"/static/{hashed}")
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "br"
    assert "immutable" in answer["Cache-Control"]
    assert "Content-Security-Policy" in answer
    assert answer.getvalue()  # reads to the end, which closes the file
    assert hashed in Client().get("/").content.decode()
