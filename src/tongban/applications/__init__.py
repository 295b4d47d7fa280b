"""Use cases: draft, plan, agree, fill, sign, submit, follow, withdraw. Doors call these and nothing below."""
