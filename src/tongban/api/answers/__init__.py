"""Answers of the API as they stand in the OpenAPI document. The data is that of ``applications``' views.

An answer may grow: keys are added, never renamed or dropped. `tests/api` holds every answer against these shapes, so
nothing is said that is not described.
"""
