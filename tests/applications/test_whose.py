"""Whose part each case is: a clerk is told it of every part of the matter, and lists name nobody else."""

from __future__ import annotations

import pytest
from tests.applications.hiring import drafted, employer, sent
from tests.applications.newborn import Desk

from tongban.applications import cases, worklists
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db


def test_of_several_hires_each_part_says_whose_it_is(desk: Desk) -> None:
    firm = employer(publication.current(), hires=2)
    parts = sent(firm, drafted(firm), deferred=0)["cases"]
    filings = [part for part in parts if part["service"] == "hrss/labour-use-filing"]
    clerk = desk(filings[0]["office"], "handler")
    siblings = cases.case_view(clerk, filings[1]["number"])["siblings"]
    assert [line["about"] for line in siblings] == [part["about"] for part in parts]
    listed = worklists.lines(clerk, [part["number"] for part in filings])
    assert [len(line["names"]) for line in listed] == [1, 1]
    assert all(line["names"][0] in part["about"]["zh"] for line, part in zip(listed, filings, strict=True))
