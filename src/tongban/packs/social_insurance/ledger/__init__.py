"""The ledger of social insurance: who is insured where, what was billed, what was paid, what is paid out.

Facts say what was true (months) and when it was known (moments); whatever is no longer held true is superseded, never
overwritten. Money moves by postings that balance; lines and statements say for whom and for which month.
"""
