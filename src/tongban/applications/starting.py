"""Beginning an application: by oneself, for somebody one acts for, or at a window for whoever walked in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Literal, ParamSpec
from uuid import UUID, uuid4

from tongban.accounts.actor import Actor
from tongban.applications import subjects
from tongban.applications.asking import Asking, alone, asked
from tongban.applications.claims import expanded, refuse_certified, refuse_named_twice, typed_entries
from tongban.applications.document import Document
from tongban.applications.missing import PAPER
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, command_reused, forbidden, wrong_fields
from tongban.applications.reading import agreeing_to_read, reader_of
from tongban.applications.store import Open, all_begun_before, begin, keep_all, load
from tongban.applications.submission import sending_new
from tongban.casework import service as casework
from tongban.casework.store import Mode
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry

P = ParamSpec("P")
Channel = Literal["web", "phone", "window", "api", "table", "terminal"]
"""Where an application comes from: a browser, one on a phone, a window, another system, a table's row, a terminal."""


def beginning(  # noqa: PLR0913 -- all that an application may begin with
    actor: Actor,
    name: str,
    *,
    command_id: UUID | None,
    answers: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
    applicant: int | None = None,
    applicant_key: str | None = None,
    window: str | None = None,
    channel: Channel = "web",
    mode: Mode = "real",
    agree: bool = False,
    submit: bool = False,
    awaits_papers: bool = False,
) -> Asking[Open]:
    """Begin a draft and come to it; the same command id, where there is one, answers with the same draft.

    With ``agree`` what the plan says is read at once. With ``submit`` it is signed and sent at once, or nothing is
    begun (`submission.sending_new`); but where it ``awaits_papers`` and lacks nothing else, it is kept as a draft.
    ``applicant`` is the registered id of whoever it is for (default: the reader, or the one organisation the reader
    acts for where only an organisation can apply), ``applicant_key`` an ID number or credit code instead; at a
    ``window`` office the walk-in is found by it. Raises Problem 403, 404, 422.
    """
    catalog = publication.current()
    bundle = offer_of(catalog, name)
    refuse_certified(catalog, bundle, answers or {})
    existing = (yield from asked(all_begun_before, (command_id, actor))) if command_id else None
    once = command_id or uuid4()
    if existing is not None and (existing.bundle != bundle.id or (submit and existing.state == Form.State.DRAFT)):
        raise command_reused()
    if existing is not None:
        return load(actor, existing.number)
    whom = yield from _applicant(actor, catalog, bundle, applicant, applicant_key, window)
    came = "window" if window else channel
    opened = yield from _drafting(
        actor, catalog, bundle, whom, answers or {}, counts or {},
        channel=came, window_office=window, mode=mode, start_command=once,
    )  # fmt: skip
    if agree:
        yield from agreeing_to_read(opened)
    if submit:
        try:
            yield from sending_new(opened, once)
        except Problem as problem:
            if not awaits_papers or not problem.errors or any(error.code != PAPER for error in problem.errors):
                raise
            opened.document.signatures.clear()
        else:
            return opened
    yield from asked(keep_all, opened)
    return opened


@time.one_time()
@wraps(beginning)
def begun(*given: Any, **rest: Any) -> Open:  # noqa: ANN401 -- what `beginning` takes
    """Begin an application as `beginning` says, alone, and return it."""
    return alone(beginning(*given, **rest))


def unkept(actor: Actor, name: str, answers: Mapping[str, Any], applicant: int | None = None) -> Open:
    """A draft as `begun` would begin it, kept nowhere and of no number: to see what it would ask.

    Raises Problem 403, 404, 422.
    """
    catalog = publication.current()
    bundle = offer_of(catalog, name)
    refuse_certified(catalog, bundle, answers)
    whom = alone(_applicant(actor, catalog, bundle, applicant, None, None))
    return alone(_drafting(actor, catalog, bundle, whom, answers, {}, number="", start_command=uuid4()))


def _drafting(
    actor: Actor,
    catalog: Catalog,
    bundle: BundleDefinition,
    whom: tuple[int, str | None],
    answers: Mapping[str, Any],
    counts: Mapping[str, int],
    **columns: object,
) -> Asking[Open]:
    """A draft with everybody found who can be, kept nowhere yet."""
    applicant_id, key = whom
    document = Document(members={subject: [None] for subject in bundle.subjects})
    document.members[bundle.applicant] = [applicant_id]
    for subject, count in counts.items():
        subjects.refuse_count(bundle, subject, count)
        for each in subjects.together(bundle, subject):
            subjects.set_count(document, each, count)
    typed = expanded(bundle, document, answers)
    document.facts = typed_entries(catalog, bundle, typed)
    subjects.know_applicant(catalog, bundle, document, key)
    refuse_named_twice(catalog, bundle, document.facts, document.facts)
    if "number" not in columns:
        columns["number"] = yield from asked(_numbers, None)
    opened = begin(actor, bundle.id, applicant_id, document, **columns)
    yield from subjects.resolving(catalog, bundle, document, reader_of(opened))
    # The registry may know of more members than were counted (twins): what was said of all is said of them too.
    of_all = expanded(bundle, document, answers)
    if of_all != typed:
        document.facts |= typed_entries(catalog, bundle, of_all)
    return opened


def _numbers(asked: Sequence[None]) -> list[str]:
    return casework.new_numbers(len(asked))


def _numbered(begin: Callable[P, Open]) -> Callable[P, str]:
    """The same, for whoever goes on by the application's number."""

    @wraps(begin)
    def numbered(*given: P.args, **rest: P.kwargs) -> str:
        return begin(*given, **rest).form.number

    return numbered


start = _numbered(begun)


def _applicant(
    actor: Actor,
    catalog: Catalog,
    bundle: BundleDefinition,
    applicant: int | None,
    applicant_key: str | None,
    window: str | None,
) -> Asking[tuple[int, str | None]]:
    """Who applies, and the key that identifies it."""
    kind = bundle.subjects[bundle.applicant].type
    if window is not None:
        if not actor.has_role("window", window):
            raise forbidden("这个窗口不归你", "This window is not yours.")
        return _found_by_key(catalog, kind, applicant_key)
    if applicant_key is not None:
        applicant, _ = _found_by_key(catalog, kind, applicant_key)
    own = [] if actor.subject_id is None else [actor.subject_id]
    candidates = [applicant] if applicant is not None else [*own, *actor.principals]
    registered = yield from asked(registry.registered_all, candidates)
    for candidate in candidates:
        found = registered.get(candidate)
        if found is None or found.type != kind:
            continue
        if not actor.may_act_for(candidate, bundle.id):
            break
        return candidate, found.key
    raise forbidden("这件事你不能替它办", "You may not apply for this on its behalf.")


def _found_by_key(catalog: Catalog, type_id: str, applicant_key: str | None) -> tuple[int, str]:
    kind = catalog.types[type_id]
    try:
        key = str(values.read(kind.attributes[kind.key or ""], applicant_key))
    except values.WrongValue as wrong:
        raise wrong_fields([FieldError("applicant_key", wrong.code, wrong.text)]) from None
    found = registry.find(kind.id, key)
    if found is None:
        text = Text("库里没有这个号码，对一下证件", "No registry knows this number. Check the card.")
        raise Problem(422, "applicant-unknown", text, [FieldError("applicant_key", "applicant-unknown", text)])
    return found, key
