"""What the HTTP server runs: everything, once the files of its pages are in their place."""

from __future__ import annotations

import os

import django
from django.core.wsgi import get_wsgi_application

from tongban.platform import static_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.platform.settings")
django.setup()
static_files.prepare()
application = get_wsgi_application()
