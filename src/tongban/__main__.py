"""`python -m tongban` is the command `tongban`."""

from __future__ import annotations

from tongban.cli.main import app

app()
