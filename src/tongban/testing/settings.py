"""Settings of a test run: the city's, with folders of its own and without what only makes tests slow."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tongban.testing import templates

_temporary = tempfile.mkdtemp(prefix="tongban-test-")
atexit.register(shutil.rmtree, _temporary, ignore_errors=True)
os.environ["TONGBAN_HOME"] = f"{_temporary}/home"
os.environ["TONGBAN_KEYS"] = str(templates.keys())
os.environ.pop("DATABASE_URL", None)
os.environ.pop("TONGBAN_HOLDERS", None)
os.environ.pop("TONGBAN_AGENCIES", None)
os.environ.pop("TONGBAN_PAYMENTS", None)
os.environ.pop("TONGBAN_MESSAGES", None)

from tongban.platform.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": f"{_temporary}/files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
