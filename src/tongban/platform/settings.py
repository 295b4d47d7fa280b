"""Django's settings of every process of Tongban: server, worker, command line, tests.

All that differs from one city to another comes from the environment (`places.py`, and TONGBAN_ORIGIN, the address
under which people reach it); all secrets come from the keys folder. Rooms are listed; packs are found by their folder.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tongban
from tongban.platform import database, logging, static_files
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders
from tongban.platform.places import find_places, home, kept_secret, keys, make_folder
from tongban.platform.roles import APP, AUDITOR, OWNER

PLACES = find_places()
SOURCE = Path(tongban.__file__).parent
ORIGIN = os.environ.get("TONGBAN_ORIGIN", f"http://127.0.0.1:{PLACES.port}").rstrip("/")
HTTPS = urlsplit(ORIGIN).scheme == "https"


def named_holders(text: str) -> dict[str, str]:
    """TONGBAN_HOLDERS, a JSON object: authority's id → address of the service that holds its facts.

    Raises PlatformError `bad-holders`.
    """
    named = _named(text, _is_address)
    if named is None:
        raise PlatformError(
            "bad-holders",
            zh="TONGBAN_HOLDERS 看不懂。",
            en="TONGBAN_HOLDERS cannot be read.",
            do_zh='按 {"medical-insurance/insurer": "https://…"} 的样子写。',
            do_en='Write it like {"medical-insurance/insurer": "https://…"}.',
        )
    return named


def named_agencies(text: str) -> dict[str, dict[str, str]]:
    """TONGBAN_AGENCIES, a JSON object: office's id → `url` of the API that has its cases, and the `token` it gave us.

    Raises PlatformError `bad-agencies`.
    """
    named = _named(text, lambda one: set(one) == {"url", "token"} and _is_address(one["url"]) and bool(one["token"]))
    if named is None:
        raise PlatformError(
            "bad-agencies",
            zh="TONGBAN_AGENCIES 看不懂。",
            en="TONGBAN_AGENCIES cannot be read.",
            do_zh='按 {"demonstration/social-insurance-430400": {"url": "https://…/api/v1", "token": "…"}} 的样子写。',
            do_en='Write it like {"demonstration/social-insurance-430400": {"url": "https://…/api/v1", "token": "…"}}.',
        )
    return named


def _named(text: str, fits: Callable[[Any], bool]) -> dict[str, Any] | None:
    """A JSON object of full ids, each with what fits; None for anything else."""
    try:
        named = json.loads(text)
        is_right = all("/" in name and fits(one) for name, one in named.items())
    except (ValueError, AttributeError, TypeError):
        return None
    return dict(named) if is_right else None


def _is_address(url: str) -> bool:
    return urlsplit(url).scheme in {"http", "https"}


DEBUG = False
SECRET_KEY = kept_secret(keys(PLACES) / "django-secret", secrets.token_urlsafe(50).encode()).decode()
ALLOWED_HOSTS = [urlsplit(ORIGIN).hostname or "", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ORIGIN]

HOLDERS = named_holders(os.environ.get("TONGBAN_HOLDERS") or "{}")
AGENCIES = named_agencies(os.environ.get("TONGBAN_AGENCIES") or "{}")
PAYMENTS = os.environ.get("TONGBAN_PAYMENTS", "")  # the class of the city's payment provider; demonstrations need none
MESSAGES = os.environ.get("TONGBAN_MESSAGES", "")  # the class that sends by e-mail or SMS; none: inbox only

ROOMS = [
    "accounts", "publication", "registry", "credentials", "casework", "applications", "supervision",
    "portal", "desk", "board", "api",
]  # fmt: skip
PACKS = [module for module, folder in pack_folders().items() if (folder / "models.py").is_file()]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "tongban.platform",
    *(f"tongban.{room}" for room in ROOMS if (SOURCE / room / "apps.py").is_file()),
    *PACKS,
]

MIDDLEWARE = [
    "tongban.platform.middleware.Measure",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tongban.platform.middleware.ContentSecurityPolicy",
    "tongban.platform.middleware.FromProxy",
    "tongban.platform.middleware.KeptNowhere",
    "tongban.platform.middleware.OneTime",
    "django.middleware.common.CommonMiddleware",
    "tongban.platform.middleware.ForBrowsers",
]
FOR_BROWSERS = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.platform.middleware.ChineseFirst",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tongban.platform.urls"
WSGI_APPLICATION = "tongban.platform.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [folder / "templates" for folder in pack_folders().values()],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongban.portal.pages.frame.frame",
            ],
        },
    },
]

DATABASES = {
    "default": database.connection(PLACES, APP),
    "owner": database.connection(PLACES, OWNER),
    "auditor": database.connection(PLACES, AUDITOR),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator")  # likeness: accounts/passwords.py
]

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale", *(folder / "locale" for folder in pack_folders().values())]

STATIC_URL = "static/"
STATIC_SOURCES = [folder / "static" for folder in (*(SOURCE / room for room in ROOMS), *pack_folders().values())]
STATIC_ROOT = make_folder(home(PLACES) / "static" / static_files.version(STATIC_SOURCES), 0o755)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PLACES.home / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tongban.portal.pages.errors.form_expired"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No request leaves the page's own host, and nothing inline runs. Tabler's icons in CSS are data: pictures.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # background work of rooms and packs

LOGGING = logging.configuration()
