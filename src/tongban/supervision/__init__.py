"""Watching over the city: what time does by itself, the time of demonstration cities, background work, webhooks,
backups.
"""
