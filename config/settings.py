"""All settings, read from the environment; docs/operating.md lists the variables."""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path

import dj_email_url
from django.conf import global_settings

from config.databases import database_of

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
DEVELOPMENT_KEY = VAR_DIR / "development-secret-key"


def flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def development_key() -> str:
    """A random key kept outside the repository, made at the first start on this machine."""
    if not DEVELOPMENT_KEY.exists():
        VAR_DIR.mkdir(exist_ok=True)
        DEVELOPMENT_KEY.touch(mode=0o600)
        DEVELOPMENT_KEY.write_text(secrets.token_urlsafe(50))
    return DEVELOPMENT_KEY.read_text()


# DEMO is a development machine that shows the product's own error pages, as a customer would see them.
DEMO = flag("DEMO")
DEVELOPMENT = flag("DEBUG") or DEMO
DEBUG = flag("DEBUG") and not DEMO

# Without a key nothing is served (config/wsgi.py), and what signs or verifies fails; commands that only
# keep the books run. On a machine that has shown the demo they find its key.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
MAY_SERVE = bool(SECRET_KEY) or DEVELOPMENT
if not SECRET_KEY and (DEVELOPMENT or DEVELOPMENT_KEY.exists()):
    SECRET_KEY = development_key()

# Keys of before: what they signed or sealed still opens.
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = words("ALLOWED_HOSTS") or (["*"] if DEVELOPMENT else [])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "allauth.mfa",
    "accounts",
    "ledger",
    "credit",
    "expenses",
    "config.apps.ProjectConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security_policy",
    "config.middleware.api_problems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.lender",
    "accounts.middleware.language",
    "config.middleware.bounded_upload",
    "accounts.middleware.actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.second_factor",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.lender",
                "accounts.context.unread",
            ],
            "builtins": ["ledger.templatetags.money"],
        },
    }
]

# --- The books -------------------------------------------------------------------------------
# ISO 4217. Its number of decimals fixes what a stored unit is worth, so it cannot change once the
# ledger has rows (ledger.checks).
CURRENCY = os.environ.get("CURRENCY", "USD").strip().upper()

DATABASES = {"default": database_of(os.environ.get("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'duebook.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MAX_UPLOAD_BYTES = 12 * 1024 * 1024
# At one address, for staff who may send files: a file of 100 MB and the form around it.
LARGE_UPLOAD_BYTES = 101 * 1024 * 1024
LARGE_UPLOAD_AT, LARGE_UPLOAD_RIGHT = "admin:batch_send", "accounts.add_batch"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# The throttle counts in here, so that all server processes count together. Above MAX_ENTRIES a third of the counts is
# thrown away: Django's own 300 would let a flood of names wipe out the count of the one that is guessed at.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Background work -------------------------------------------------------------------------
# The queue lies in the database, so that a job is asked for in the transaction that it is about.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What does each kind of job (accounts.jobs), and what reads each kind of file (ledger.bulk.registry).
JOBS = {
    "read": "ledger.bulk.staging.read_upload",
    "post": "ledger.bulk.posting.post_upload",
    "undo": "ledger.bulk.undoing.undo_in_pieces",
    "discard": "ledger.bulk.staging.forget_upload",
    "statements": "ledger.many_papers.make_statements",
    "sample": "credit.actions.trainings.count_sample",
    "train": "credit.actions.trainings.train_models",
    "watch": "credit.actions.watching.count",
}
BULK_KINDS = [
    "ledger.bulk.customers.Customers",
    "ledger.bulk.dues.Dues",
    "ledger.bulk.payments.Payments",
    "credit.outcomes.Outcomes",
]

# Who may send a file of changes to customers, and who may take customers along as one. Without these two any member
# of the staff might.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

# --- Who -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.DoorBackend"]
# The last reads what import_flask brought from the old apps; the first is what a password is hashed with.
PASSWORD_HASHERS = [*global_settings.PASSWORD_HASHERS, "accounts.hashers.WerkzeugHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}  # an e-mail address is one kind of name: accounts.backends
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "landing"
# Wrong passwords and codes count by name, and by network in a count of its own: allauth wipes the first, whole,
# when a second factor fits.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "5/10m/key",
    "login_failed_network": "20/10m/ip",
    "papers": "30/m/user",  # PDFs: accounts.decorators
}
API_CALLS_A_MINUTE = int(os.environ.get("API_CALLS_A_MINUTE", "300"))  # of one session or personal token
MFA_ADAPTER = "accounts.second_factor.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute early or late; accounts.second_factor.forms takes each code once
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is no proof of anything here: none is ever verified
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))

# --- Mail ------------------------------------------------------------------------------------
vars().update(dj_email_url.parse(os.environ.get("EMAIL_URL") or "console:"))
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "duebook@localhost"
# Seconds for each answer of the server. Who hangs up on a slow one may send a mail twice that it took.
EMAIL_TIMEOUT = vars()["EMAIL_TIMEOUT"] or 120
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/")  # accounts.sites tells what stands in for it
# What renders each kind of message (accounts.messages), and what a customer chooses it by ("" is always sent).
MESSAGES = {
    "receipt": ("ledger.mails.receipts", "receipts"),
    "refused_notice": ("ledger.mails.refused_notices", "receipts"),
    "reminder": ("ledger.mails.reminders", "reminders"),
    "decision": ("credit.mails.decisions", "decisions"),
    "invite": ("accounts.letters.invites", ""),
    "reset": ("accounts.letters.resets", ""),
}
STAFF_MESSAGES = {"summary": "ledger.summary.summaries", "reset": "accounts.letters.staff_reset"}

# --- Webhooks --------------------------------------------------------------------------------
# Networks that are not public and may be told all the same: the programs of a lender who has them inside.
WEBHOOK_NETWORKS = [
    ip_network(word) for word in words("WEBHOOK_NETWORKS") or (["0.0.0.0/0", "::/0"] if DEVELOPMENT else [])
]

# --- Language and time: the lender's own time zone is activated per request (accounts.middleware)
LANGUAGE_CODE = "en"
# Each named in itself, for whoever looks for it. The API speaks English alone.
LANGUAGES = [("en", "English"), ("es", "Español"), ("fr", "Français"), ("hi", "हिन्दी"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale" / room for room in ("accounts", "ledger", "portal", "credit", "expenses")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "woff2", "gz", "br"]

# --- Safety ----------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "config.views.forbidden"
if not DEVELOPMENT:
    SECURE_SSL_REDIRECT = not flag("INSECURE_HTTP")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    # Over plain http a browser would not send such a cookie back, and nobody could sign in.
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
