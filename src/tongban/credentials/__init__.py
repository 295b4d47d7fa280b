"""Credentials and notices: signed documents, numbered and dated, that anybody can verify by code or by file."""
