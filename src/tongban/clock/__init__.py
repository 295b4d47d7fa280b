"""By when? Due dates with their days, pauses, lights and calendars. Pure: the time is passed in, never read."""

from __future__ import annotations

from tongban.clock.calendar import Calendar, Kind, Layer, Name, Source
from tongban.clock.deadline import Deadline, Pause, Roll, due
from tongban.clock.errors import ClockError
from tongban.clock.evaluate import evaluate, questions
from tongban.clock.layers import calendars, read_documents
from tongban.clock.light import Light, light, lights, overdue_multiple
from tongban.clock.moments import CLOSING, SHANGHAI
from tongban.clock.units import Limit, Unit, at_most
from tongban.clock.walk import Day, Why, months_later
from tongban.clock.workdays import add_workdays, next_workday, working_days_between

__all__ = [
    "CLOSING",
    "SHANGHAI",
    "Calendar",
    "ClockError",
    "Day",
    "Deadline",
    "Kind",
    "Layer",
    "Light",
    "Limit",
    "Name",
    "Pause",
    "Roll",
    "Source",
    "Unit",
    "Why",
    "add_workdays",
    "at_most",
    "calendars",
    "due",
    "evaluate",
    "light",
    "lights",
    "months_later",
    "next_workday",
    "overdue_multiple",
    "questions",
    "read_documents",
    "working_days_between",
]
