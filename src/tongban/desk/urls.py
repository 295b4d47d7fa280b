"""The addresses of staff. Each view says who may enter where it stands. Numbers and offices carry `.` for `/`."""

from __future__ import annotations

from django.urls import include, path

from tongban.desk.door import into_desk
from tongban.desk.pages import audit, board, cards, case, inbox, many, me, office, results, terminals, window
from tongban.portal.pack_pages import mounted

app_name = "desk"

OWN = [
    path("", inbox.inbox, name="inbox"),
    path("many", many.many, name="many"),
    path("cases/", inbox.search, name="search"),
    path("cases/<str:number>", case.case, name="case"),
    path("cases/<str:number>/do", case.do, name="do"),
    path("cases/<str:number>/papers/<uuid:paper_id>", case.paper, name="paper"),
    path("docs/<uuid:document_id>.pdf", case.document, name="document"),
    path("office", office.office, name="office"),
    path("office/hand-over", office.hand_over, name="hand_over"),
    path("office/deputies", office.deputise, name="deputise"),
    path("office/deputies/<int:deputy_id>/end", office.end_deputy, name="end_deputy"),
    path("window", window.window, name="window"),
    path("window/call", window.call, name="call"),
    path("window/start", window.start, name="start"),
    path("window/cards", cards.read, name="read_card"),
    path("window/people/<int:visit_id>", cards.person, name="person"),
    path("window/people/<int:visit_id>/start", cards.start, name="person_start"),
    path("window/slips", window.slip, name="slip"),
    path("window/terminals", terminals.make, name="terminal"),
    path("window/terminals/<int:terminal_id>/end", terminals.end, name="end_terminal"),
    path("window/tickets/<int:ticket_id>/served", window.served, name="served"),
    path("window/plans/<str:number>", window.plan, name="plan"),
    path("window/receipts/<str:number>", window.receipt, name="receipt"),
    path("window/<str:office>/take", window.take, name="take"),
    path("results", results.results, name="results"),
    path("results/<str:number>/collected", results.collected, name="result_collected"),
    path("results/<str:number>/posted", results.posted, name="result_posted"),
    path("results/<str:number>/reached", results.reached, name="result_reached"),
    path("results/<str:number>/returned", results.returned, name="result_returned"),
    path("results/<str:number>/receipt", results.receipt, name="result_receipt"),
    path("results/<str:number>/label", results.label, name="result_label"),
    path("board", board.board_page, name="board"),
    path("board.csv", board.board_file, name="board_file"),
    path("audit", audit.audit, name="audit"),
    path("me", me.me, name="me"),
    path("messages", me.inbox, name="messages"),
]
urlpatterns = [*OWN, path("", include((mounted("desk", into_desk, OWN), "packs")))]
