"""The history of the credentials tables."""
