"""The database roles, from the first day on: who owns, who works, who audits.

The owner migrates and does nothing else. The application owns nothing and bypasses nothing, so row-level security
holds for it. The auditor reads. The superuser of the embedded server only creates these three.
"""

from __future__ import annotations

SUPERUSER = "postgres"
OWNER = "tongban_owner"
APP = "tongban_app"
AUDITOR = "tongban_auditor"
ROLES = (OWNER, APP, AUDITOR)
