"""The plan picture: who does what on which day, what one hands to the next, what the reader does and receives.

Pure geometry to inline SVG. `read_plan` reads a plan into a `PlanPicture`; `desk_svg` and `phone_svg` draw it;
`plan_steps` says the same in words. Not one of them reads the time, a file or a database, or depends on the web.
"""

from __future__ import annotations

from tongban.portal.plan_picture.desk import desk_svg
from tongban.portal.plan_picture.model import (
    YOU,
    Bar,
    Block,
    Day,
    Handover,
    Lane,
    PlanPicture,
    PlanWords,
    Result,
    State,
    plan_words,
)
from tongban.portal.plan_picture.phone import phone_svg
from tongban.portal.plan_picture.reading import LaneLabel, PlanLabels, Progress, ServiceLabel, read_plan
from tongban.portal.plan_picture.steps import Step, plan_steps

__all__ = [
    "YOU",
    "Bar",
    "Block",
    "Day",
    "Handover",
    "Lane",
    "LaneLabel",
    "PlanLabels",
    "PlanPicture",
    "PlanWords",
    "Progress",
    "Result",
    "ServiceLabel",
    "State",
    "Step",
    "desk_svg",
    "phone_svg",
    "plan_steps",
    "plan_words",
    "read_plan",
]
