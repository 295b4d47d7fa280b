"""The fixed phrases of the plan picture in the language of the running request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from tongban.portal.plan_picture import plan_words

if TYPE_CHECKING:
    from tongban.portal.plan_picture import PlanWords


def words_of_request() -> PlanWords:
    """What `PlanLabels.words` wants, in the active language."""
    return plan_words(gettext)
