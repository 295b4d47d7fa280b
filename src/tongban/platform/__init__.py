"""What every room may lean on: places, PostgreSQL, settings, time, numbers, logs, health. It knows no room."""
