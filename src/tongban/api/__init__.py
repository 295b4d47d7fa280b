"""The door for machines: HTTP under /api/v1, described by its own OpenAPI document."""
