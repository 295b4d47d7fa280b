"""Tables for many people: checked row by row, what is right sent once, what is wrong handed back to be put right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from unittest.mock import Mock, patch
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import Workbook, load_workbook
from tests.applications.family import family
from tests.applications.hiring import Employer, employer
from tests.applications.test_sheets import as_csv, as_xlsx, id_numbers

from tongban.accounts.models import User
from tongban.applications import batch_rows, batches, starting, submission
from tongban.applications.asking import asked
from tongban.applications.models import Batch, BatchRow, Form
from tongban.applications.problems import Problem
from tongban.casework import service as casework
from tongban.casework.store import cases_of
from tongban.catalog.vocabulary import Text
from tongban.publication import service as publication
from tongban.registry.looks import reads_about

pytestmark = pytest.mark.django_db

LEAVE: Final = "employee-leave"
WAGE: Final = "yearly-wage"
ANSWERS: Final[Mapping[str, Mapping[str, object]]] = {
    LEAVE: {"为什么减少": "本人辞职", "最后一天": "2026-11-10"},
    WAGE: {"缴费年度": "2026", "上年度月平均工资": "6500", "本人已签字认可": "是"},
}


@pytest.fixture
def firm(db: None) -> Employer:
    """A company with five people."""
    return employer(publication.current(), 5)


def browser(firm: Employer) -> Client:
    """Where the company's agent has logged in."""
    client = Client()
    client.force_login(User.objects.get(subject_id=firm.agent.subject_id))
    return client


def template(client: Client, slug: str) -> Workbook:
    """The template that is downloaded."""
    return load_workbook(BytesIO(client.get(f"/b/{slug}/many.xlsx").content))


def rows_of(client: Client, slug: str, keys: Sequence[str], **other: object) -> list[list[object]]:
    """The template filled in: a row for each key, everybody with the same answers."""
    heads = [str(cell.value) for cell in template(client, slug).worksheets[0][1]]
    answers = {**ANSWERS[slug], **other}
    return [[*heads], *([key, *(answers[head] for head in heads[1:])] for key in keys)]


def handed_in(
    client: Client, slug: str, content: bytes, name: str = "t.csv", more: Mapping[str, str] = {}
) -> tuple[int, str]:
    """A table uploaded: the status, and the page that answers."""
    answer = client.post(f"/b/{slug}/many", {"table": SimpleUploadedFile(name, content), **more}, follow=True)
    return answer.status_code, answer.content.decode()


def carried_through() -> None:
    """Everything done that workers would do."""
    while batch_rows.carry_on(60):
        pass


def sent(client: Client) -> Batch:
    """The only batch, sent and carried through."""
    assert client.post(f"/many/{Batch.objects.get().id}").status_code == 302
    carried_through()
    return Batch.objects.get()


def wrong(client: Client, batch: Batch) -> list[list[str]]:
    """The rows to put right, as they are downloaded."""
    sheet = load_workbook(BytesIO(client.get(f"/many/{batch.id}/wrong.xlsx").content)).worksheets[0]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize(("slug", "encoding"), [(LEAVE, "gb18030"), (WAGE, "utf-8-sig")])
def test_every_row_of_leaves_or_wages_becomes_an_application_of_its_own(
    firm: Employer, slug: str, encoding: str
) -> None:
    client = browser(firm)
    (content,) = as_csv(rows_of(client, slug, id_numbers(firm)), encoding)
    _status, page = handed_in(client, slug, content)
    assert "5 行可以办" in page
    assert not Form.objects.exists()
    batch = sent(client)
    assert batches.states_of(batch) == {"submitted": 5, "left": 0}
    numbers = list(Form.objects.values_list("number", flat=True))
    assert {one for case in cases_of(numbers) for one in case.roles["employee"]} == {h.subject_id for h in firm.hires}
    page = client.get(f"/many/{batch.id}").content.decode()
    assert page.count("/a/") >= 5
    mine = client.get("/my").content.decode()
    assert f"/many/{batch.id}" in mine
    assert not any(number in mine for number in numbers)


HIRE: Final[Mapping[str, object]] = {
    "手机号": "10000000009", "岗位": "保洁", "月工资": "4500", "上班第一天": "2026-11-16",
    "合同到期日": "2029-11-15", "收件地址": "天元区泰山路 1 号",
}  # fmt: skip
SITUATION: Final = {"job.contract_filed": "false", "job.contract_kind": "fixed-term", "hire.archive_place": "no-file"}


def test_a_hire_without_its_paper_waits_for_it_alone(firm: Employer) -> None:
    client = browser(firm)
    labels = [column.label.zh for column in batches.columns(firm.agent, "hire-employee", SITUATION)]
    rows: list[list[str]] = [
        labels,
        *([key, *(str(HIRE.get(label, "")) for label in labels[1:])] for key in id_numbers(firm)),
    ]
    handed_in(client, "hire-employee", as_csv(rows)[0], more=SITUATION)
    batch = sent(client)
    assert batches.states_of(batch) == {"draft": 5, "left": 0}
    number = Form.objects.order_by("number").values_list("number", flat=True)[0]
    assert "/papers" in client.get(f"/a/{number}", follow=True).redirect_chain[-1][0]


def test_the_template_has_lists_to_choose_from_and_numbers_as_texts(firm: Employer) -> None:
    book = template(browser(firm), LEAVE)
    sheet, lists = book.worksheets
    assert lists.sheet_state == "hidden"
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert {rule.type for rule in rules.values()} == {"textLength", "list"}
    chosen = next(rule for rule in rules.values() if rule.type == "list")
    assert str(chosen.sqref).endswith("50001")
    assert "本人辞职" in {cell.value for row in lists.iter_rows() for cell in row}
    assert sheet.column_dimensions["A"].number_format == "@"


@pytest.mark.slow
def test_wrong_rows_hold_nobody_up_and_come_back_to_be_put_right(firm: Employer) -> None:
    client, keys = browser(firm), id_numbers(firm)
    rows = rows_of(client, WAGE, keys)
    place = rows[0].index("上年度月平均工资")
    rows[1][place], rows[2][place] = "-1", "1000000000"
    rows[3][0] = "=1+1"
    handed_in(client, WAGE, as_csv(rows)[0])
    batch = sent(client)
    assert batches.states_of(batch) == {"submitted": 2, "wrong": 3, "left": 0}
    again = wrong(client, batch)
    assert [row[0] for row in again[1:]] == [keys[0], keys[1], "=1+1"]
    assert "不能小于 0" in again[1][-1]
    assert "多打了零" in again[2][-1]
    again[1][place], again[2][place], again[3][0] = "5000", "5000", keys[2]
    status, page = handed_in(client, WAGE, as_xlsx(again)[0], "again.xlsx")
    assert (status, "3 行可以办" in page) == (200, True)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("430200199903040117", "有一位填错了"),
        ("430200990304010", "15 位的旧号"),
        ("430200209903040010", "生日还没到"),
        ("", "还没填"),
    ],
)
def test_a_number_that_is_nobodys_is_told_in_words(firm: Employer, cell: str, told: str) -> None:
    client = browser(firm)
    status, page = handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, [cell, id_numbers(firm)[0]]))[0])
    assert (status, told in page, "1 行可以办" in page) == (200, True, True)


def test_whoever_stands_twice_in_a_table_is_sent_by_neither_row(firm: Employer) -> None:
    client, keys = browser(firm), id_numbers(firm)
    handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, [keys[0], keys[1], keys[0]]))[0])
    assert batches.states_of(sent(client)) == {"submitted": 1, "wrong": 2, "left": 0}


def workbook(rows: Sequence[Sequence[Any]]) -> Workbook:
    """A workbook as a person makes it, behind a sheet that is hidden."""
    book = Workbook()
    book.worksheets[0]["A1"] = "身份证号"
    book.worksheets[0].sheet_state = "hidden"
    sheet = book.create_sheet("人员")
    for row in rows:
        sheet.append(row)
    book.active = 1
    return book


def test_formulas_and_merged_cells_are_faults_of_their_rows_and_hidden_sheets_are_none(firm: Employer) -> None:
    client, keys = browser(firm), id_numbers(firm)
    rows = rows_of(client, LEAVE, keys)
    book = workbook(rows)
    sheet = book.worksheets[1]
    sheet.cell(2, rows[0].index("最后一天") + 1).value = "=TODAY()"
    sheet.merge_cells("B3:B4")
    file = BytesIO()
    book.save(file)
    status, page = handed_in(client, LEAVE, file.getvalue(), "t.xlsx")
    assert (status, "2 行可以办，3 行要改" in page) == (200, True)
    assert "公式" in page
    assert "合并" in page


@pytest.mark.slow
def test_a_million_empty_rows_are_none(firm: Employer) -> None:
    client, keys = browser(firm), id_numbers(firm)
    (content,) = as_csv(rows_of(client, LEAVE, keys[:1]))
    (last,) = as_csv([["", *rows_of(client, LEAVE, keys[1:2])[1][1:]]])
    status, page = handed_in(client, LEAVE, content + b"\n" * 1_000_000 + last.removeprefix("\ufeff".encode()))
    assert (status, "1 行可以办，1 行要改" in page) == (200, True)


def test_more_rows_than_a_batch_takes_and_what_is_no_table_are_refused(firm: Employer) -> None:
    client = browser(firm)
    for content, name in [
        ("身份证号\n" + "1\n" * 50_001, "t.csv"),
        ("", "t.xls"),
        ("别的\n1\n", "t.csv"),
        ("", "t.csv"),
    ]:
        status, page = handed_in(client, LEAVE, content.encode(), name)
        assert status == 422
        assert "error-summary" in page
    assert client.post(f"/b/{LEAVE}/many", {}).status_code == 422
    assert not Batch.objects.exists()


def test_a_torn_upload_leaves_nothing(firm: Employer) -> None:
    client = browser(firm)
    content = as_xlsx(rows_of(client, LEAVE, id_numbers(firm)))[0]
    status, _page = handed_in(client, LEAVE, content[: len(content) // 2], "t.xlsx")
    assert status == 422
    assert not Batch.objects.exists()


def test_handing_in_or_sending_twice_is_once(firm: Employer) -> None:
    client = browser(firm)
    (content,) = as_csv(rows_of(client, LEAVE, id_numbers(firm)))
    command = "0b1c2d3e-0000-4000-8000-000000000001"
    for _ in range(2):
        handed_in(client, LEAVE, content, more={"command": command})
    sent(client)
    sent(client)
    assert Form.objects.count() == BatchRow.objects.count() == 5


def test_a_worker_that_dies_leaves_nothing_half_done_and_the_next_goes_on(firm: Employer) -> None:
    client = browser(firm)
    (content,) = as_csv(rows_of(client, LEAVE, id_numbers(firm)))
    handed_in(client, LEAVE, content)
    batch = Batch.objects.get()
    client.post(f"/many/{batch.id}")
    real, calls = starting.beginning, []

    def dying(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- as `beginning` itself
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*given, **named)

    with (
        patch.object(batch_rows, "GROUP", 2),
        patch.object(starting, "beginning", dying),
        pytest.raises(KeyboardInterrupt),
    ):
        batch_rows.carry_on(60)
    assert Form.objects.count() == BatchRow.objects.count() == 2
    page = client.get(f"/many/{batch.id}").content.decode()
    assert "办了 2 行，一共 5 行" in page
    carried_through()
    assert Form.objects.count() == BatchRow.objects.count() == 5


def test_a_row_on_which_an_answer_for_all_falls_is_told_and_the_others_are_sent(firm: Employer) -> None:
    client = browser(firm)
    handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, id_numbers(firm)))[0])
    real, broken = starting.beginning, id_numbers(firm)[2]

    def answer(questions: Sequence[dict[str, Any]]) -> Sequence[None]:
        if any(broken in answers.values() for answers in questions):
            raise RuntimeError("an effect of one of them")
        return [None for _ in questions]

    def falling(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- as `beginning` itself
        yield from asked(answer, named["answers"])
        return (yield from real(*given, **named))

    with patch.object(starting, "beginning", falling):
        batch = sent(client)
    assert batches.states_of(batch) == {"submitted": 4, "wrong": 1, "left": 0}
    (fault,) = BatchRow.objects.exclude(faults=None).values_list("faults", flat=True)
    assert "出了错" in str(fault)


def statements(firm: Employer, keys: Sequence[str]) -> int:
    """How often the database is asked while the leaves of these are sent."""
    client = browser(firm)
    handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, keys))[0])
    batch = Batch.objects.latest("uploaded_at")
    client.post(f"/many/{batch.id}")
    heard: list[str] = []

    def hearing(execute: Any, statement: str, *rest: Any) -> Any:  # noqa: ANN401 -- as Django calls it
        heard.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(hearing):
        carried_through()
    assert batches.states_of(batch) == {"submitted": len(keys), "left": 0}
    return len(heard)


@pytest.mark.slow
def test_rows_ask_the_database_together(db: None) -> None:
    firm = employer(publication.current(), 9)
    keys = id_numbers(firm)
    statements(firm, keys[:1])  # what is asked once in a process
    assert statements(firm, keys[1:3]) == statements(firm, keys[3:])


def test_every_look_is_logged_also_where_the_row_is_refused(firm: Employer) -> None:
    client = browser(firm)
    handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, id_numbers(firm)))[0])
    refusal = Problem(422, "not-entitled", Text("还不能办", "Not possible yet."))
    with patch.object(submission, "refuse_requirements", Mock(side_effect=refusal)):
        batch = sent(client)
    assert batches.states_of(batch) == {"wrong": 5, "left": 0}
    looked_at = {entry.subject_id for hire in firm.hires for entry in reads_about(hire.subject_id or 0)}
    assert len(looked_at) >= 5


def test_who_is_named_in_two_rows_is_seen_to_one_after_the_other() -> None:
    rows = {row: [key, "x"] for row, key in enumerate("abcadeaf", start=2)}
    content = batches.Content({}, ["hire.id_number", ""], ["", ""], rows, naming=["hire.id_number"])
    groups = list(batch_rows.groups_of(content, rows))
    assert groups == [[2, 3, 4], [5, 6, 7], [8, 9]]
    with patch.object(batch_rows, "GROUP", 2):
        assert [len(group) for group in batch_rows.groups_of(content, rows)] == [2, 2, 2, 2]


def test_a_table_is_its_companys_alone_and_what_is_not_sent_can_be_left(firm: Employer) -> None:
    client = browser(firm)
    (content,) = as_csv(rows_of(client, LEAVE, id_numbers(firm)))
    handed_in(client, LEAVE, content)
    batch = Batch.objects.get()
    stranger = Client()
    stranger.force_login(User.objects.get(subject_id=family(publication.current()).mother.subject_id))
    assert {stranger.get(f"/many/{batch.id}{end}").status_code for end in ("", "/wrong.xlsx")} == {404}
    assert stranger.post(f"/many/{batch.id}").status_code == 404
    assert stranger.get(f"/b/{LEAVE}/many").status_code == 403
    assert client.get("/b/newborn/many").status_code == 404
    client.post(f"/many/{batch.id}", {"drop": "1"})
    assert not Batch.objects.exists()
    assert re.search("many", client.get(f"/b/{LEAVE}").content.decode())


def test_looking_at_a_table_takes_no_number(firm: Employer) -> None:
    first = casework.new_number()
    client = browser(firm)
    assert {client.get(f"/b/{LEAVE}/{page}").status_code for page in ("many", "many.xlsx")} == {200}
    assert int(casework.new_number()[8:14]) == int(first[8:14]) + 1


def test_a_command_that_another_gave_is_answered_with_its_table_to_the_same_applicant_alone(firm: Employer) -> None:
    command = UUID("0b1c2d3e-0000-4000-8000-000000000002")
    (content,) = as_csv(rows_of(browser(firm), LEAVE, id_numbers(firm)))

    def uploaded() -> UUID:
        return batches.upload(firm.agent, LEAVE, "t.csv", [content], command_id=command, answers={})

    first = uploaded()
    Batch.objects.update(filled_by=0)  # a colleague's
    assert (uploaded(), Batch.objects.count()) == (first, 1)
    Batch.objects.update(applicant_id=firm.hires[0].subject_id)
    with pytest.raises(Problem, match="command-reused"):
        uploaded()


def test_a_table_of_what_is_published_no_more_is_still_shown(firm: Employer) -> None:
    client = browser(firm)
    handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, id_numbers(firm)))[0])
    Batch.objects.update(bundle="social-insurance/gone")
    pages = [client.get(path) for path in ("/my", f"/many/{Batch.objects.get().id}")]
    assert [(page.status_code, "social-insurance/gone" in page.content.decode()) for page in pages] == [(200, True)] * 2
