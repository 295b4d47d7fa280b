"""What each verb does: the requests that a persona's program would send, and what is remembered of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from tongban.platform.ids import in_address
from tongban.testing.city.personas import persona as persona_called
from tongban.testing.stories import improving
from tongban.testing.stories.city import problem_of, user_of
from tongban.testing.stories.model import Do
from tongban.testing.stories.stage import Json, Stage, Stuck

SAMPLE_PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
)
MEDIA_TYPES: Final = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def do(stage: Stage, step: Do) -> None:
    """Carry out one step; a refusal is kept in ``stage.problem``. Raises Stuck where there is nothing to act on."""
    stage.problem = None
    stage.forget()
    who = persona_called(step.persona)
    stage.clerk = step.persona if who is not None and who.kind == "staff" else stage.clerk
    done = command if step.is_step else VERBS.get(step.verb, improving.VERBS.get(step.verb, command))
    done(stage, step)


def _kept(stage: Stage, answer: httpx.Response) -> Json | None:
    """The answer, or None when it was a refusal, which is kept."""
    stage.problem = problem_of(answer)
    stage.forget()
    if stage.problem is not None or not answer.headers.get("Content-Type", "").startswith("application/json"):
        return None
    found: Json = answer.json()
    return found


def search(stage: Stage, step: Do) -> None:
    """Find something in one's own words; what is chosen must be among what was found."""
    answer = stage.client.send(None, "GET", "/search", params={"q": step.args["text"]})
    hits: Any = _kept(stage, answer)
    chosen = step.args.get("choose")
    if chosen is not None:
        if chosen not in [hit["id"] for hit in hits or ()]:
            raise Stuck("not-found-by-search", "没有搜到它", "The search did not find it.")
        _turn_to(stage, chosen)


def plan(stage: Stage, step: Do) -> None:
    """See the plan before anything is stored. From here on the story is about another application."""
    args = step.args
    _turn_to(stage, args.get("bundle") or args.get("service") or step.offer)
    stage.answers = dict(args.get("facts", {}))
    stage.counts = dict(args.get("counts", {}))
    stage.window_for = args.get("for")
    offer = stage.offer
    body: dict[str, Any] = {
        "bundle": offer.id if offer.id in stage.catalog.bundles else None,
        "services": [*([] if offer.id in stage.catalog.bundles else [offer.id]), *args.get("services", ())],
        "want": args.get("want", []),
        "answers": stage.answers,
        "known": {key: raw for key, raw in stage.supposed.items() if key not in stage.answers and _fits(stage, key)},
        "counts": stage.counts,
    }
    who = persona_called(stage.window_for or step.persona)
    if who is not None and who.bundle == offer.id:
        body["as"] = who.id
    found = _kept(stage, stage.client.send(step.persona, "POST", "/plans", json=body))
    stage.plan = found or stage.plan


def _fits(stage: Stage, key: str) -> bool:
    return key.partition(".")[0] in stage.offer.subjects


def _turn_to(stage: Stage, offer: str | None) -> None:
    stage.offer_id, stage.number, stage.applicant, stage.plan, stage.sent = offer, None, None, None, []
    stage.answers, stage.counts, stage.window_for = {}, {}, None


def _begun(stage: Stage, persona: str) -> str:
    """The number of the application, begun now unless it is there. A refusal to begin ends the step."""
    if stage.number is None:
        body: dict[str, Any] = {"bundle": stage.offer.id, "answers": stage.answers, "counts": stage.counts}
        body |= _on_behalf(stage, persona)
        answer = stage.client.send(persona, "POST", "/applications", json=body, headers=_once())
        found = _kept(stage, answer)
        if found is None:
            raise _Refused
        stage.number, stage.applicant = found["number"], persona
        stage.begun[stage.number] = persona
    return stage.number


def _on_behalf(stage: Stage, persona: str) -> dict[str, Any]:
    if stage.window_for is None:
        return {}
    whom, who = persona_called(stage.window_for), persona_called(persona)
    key = (whom.organisation.get("uscc") or whom.identity["id_number"]) if whom else None
    if who is not None and who.kind == "staff":
        posts = user_of(persona).posts.order_by("id")
        return {"applicant_key": key, "window": posts.values_list("office", flat=True).first()}
    return {"applicant_key": key}


class _Refused(Exception):  # noqa: N818 -- it is the deed that was
    """A request on the way was refused; the problem is kept already."""


def _on_form(stage: Stage, persona: str, action: str, **rest: Any) -> Json | None:  # noqa: ANN401 -- httpx' own
    """One request on the application's form."""
    try:
        number = _begun(stage, persona)
    except _Refused:
        return None
    found = _kept(stage, stage.client.send(persona, "POST", f"/applications/{number}/{action}", **rest))
    is_view = found is not None and "cases" in found and persona == stage.applicant
    return stage.seen(found) if found is not None and is_view else found


def fill(stage: Stage, step: Do) -> None:
    """Answer a situation question or fill fields of the form."""
    _on_form(stage, step.persona, "facts", json={"facts": step.args["facts"]})


def agree(stage: Stage, step: Do) -> None:
    """Agree to what will be read."""
    _on_form(stage, step.persona, "agree", json={})


def dispute(stage: Stage, step: Do) -> None:
    """Say that a value in a register is wrong."""
    _on_form(stage, step.persona, "dispute", json={"fact": step.args["fact"], "value": step.args["value"]})


def attach(stage: Stage, step: Do) -> None:
    """Attach a file: the one named, beside the story, or a sample PDF."""
    name = step.args.get("file")
    path = Path(stage.story.file).parent / name if name else None
    try:
        content = path.read_bytes() if path else SAMPLE_PDF
    except OSError as error:
        raise Stuck("no-file", f"读不了 {path}", f"Cannot read {path}.") from error
    media = MEDIA_TYPES.get(path.suffix.lower() if path else ".pdf", "application/octet-stream")
    files = {"file": (path.name if path else "sample.pdf", content, media)}
    _on_form(stage, step.persona, "papers", data={"paper": _paper(stage, step)}, files=files)


def promise(stage: Stage, step: Do) -> None:
    """Promise instead of a paper, or to bring it later."""
    _on_form(stage, step.persona, "promise", json={"paper": _paper(stage, step)})


def _paper(stage: Stage, step: Do) -> str:
    """The key of a paper: `hrss/labour-contract@job`. Without `of`, the form says whose it is."""
    paper, of = step.args["paper"], step.args.get("of")
    keys = [line["key"] for line in (stage.view().get("papers", ()) if stage.number else ())]
    for key in keys:
        evidence, _, subject = key.partition("@")
        if evidence == paper and (of is None or subject == of or subject.startswith(f"{of}.")):
            return str(key)
    return f"{paper}@{of}" if of else str(paper)


def sign(stage: Stage, step: Do) -> None:
    """Sign what is on the form now."""
    _on_form(stage, step.persona, "sign", json={})


def consent(stage: Stage, step: Do) -> None:
    """A second signer agrees, or does not."""
    _on_form(stage, step.persona, "consent", json={"agree": step.args.get("agree", True)}, headers=_once())


def submit(stage: Stage, step: Do) -> None:
    """Send it. What the plan said last is kept: afterwards the form is closed."""
    if stage.number is not None:
        stage.view()
    _on_form(stage, step.persona, "submit", json={}, headers=_once())


def pay(stage: Stage, step: Do) -> None:
    """Pay every fee that is due, or those of one service."""
    due = [fee for fee in stage.view()["fees"] if fee["state"] == "due" and _is_about(stage, step, fee)]
    if not due:
        raise Stuck("no-fee", "现在没有要交的费", "No fee is due.")
    for fee in due:
        _on_form(stage, step.persona, f"fees/{fee['id']}", headers=_once())
        if stage.problem is not None:
            return


def _is_about(stage: Stage, step: Do, fee: Json) -> bool:
    return "service" not in step.args or bool(fee["case"] == _case(stage, step))


def withdraw(stage: Stage, step: Do) -> None:
    """Take back the whole application, or one case of it."""
    if "service" in step.args:
        command(stage, step)
        return
    _on_form(stage, step.persona, "withdraw", json={}, headers=_once())


def read(stage: Stage, step: Do) -> None:
    """Look at something, as this persona may see it; a PDF must open."""
    what = step.args.get("what") or (
        "case" if "service" in step.args else "documents" if "credential" in step.args else "application"
    )
    paths = {
        "application": f"/applications/{stage.number}",
        "tasks": "/tasks",
        "documents": "/credentials",
        "reads": "/reads",
    }
    if what == "case":
        number = in_address(_case(stage, step))
        _kept(stage, stage.client.send(step.persona, "GET", f"/cases/{number}"))
        return
    _kept(stage, stage.client.send(step.persona, "GET", paths[what]))
    if "credential" in step.args and stage.problem is None:
        _pdf(stage, step.persona, _document(stage, step.args["credential"]))


def verify(stage: Stage, step: Do) -> None:
    """Ask whether a paper is real, by its code and by its file; or, as the auditor, whether every record is."""
    if step.args.get("chain"):
        found = _kept(stage, stage.client.send(step.persona, "GET", "/audit"))
        if found is not None:
            stage.audit = "intact" if found["ok"] else "broken"
        return
    if "credential" not in step.args:
        raise Stuck("missing-key", "写明核验哪样证照，或全部记录", "Say which credential, or chain.")
    document = _document(stage, step.args["credential"])
    found = _kept(stage, stage.client.send(None, "GET", f"/verify/{document['code']}"))
    content = None if found is None else _pdf(stage, stage.begun[document["application"]], document)
    if content is not None:
        files = {"file": ("paper.pdf", content, "application/pdf")}
        _kept(stage, stage.client.send(None, "POST", "/verify", files=files))
    if found is not None:
        stage.verdicts[document["definition"]] = found["state"]


def _document(stage: Stage, definition: str) -> Json:
    found = stage.document(definition)
    if found is None:
        raise Stuck("no-document", "还没有发这样证照", "No such document has been issued.")
    return found


def reckon(stage: Stage, step: Do) -> None:
    """Let a rule of the policy say what something comes to."""
    answer = stage.client.send(step.persona, "POST", f"/calc/{step.args['rule']}", json=step.args.get("with", {}))
    stage.gave = _kept(stage, answer)


def _pdf(stage: Stage, persona: str | None, document: Json) -> bytes | None:
    answer = stage.client.send(persona, "GET", f"/credentials/{document['id']}.pdf")
    stage.problem = problem_of(answer)
    return None if stage.problem else answer.content


def command(stage: Stage, step: Do) -> None:
    """A step of a case's procedure, or one of the engine's."""
    number = _case(stage, step)
    body = {"id": str(uuid4()), "command": step.verb, **_command(stage, step, stage.service_of(number))}
    path = f"/cases/{in_address(number)}/commands"
    _kept(stage, stage.client.send(step.persona, "POST", path, json=body))


def _case(stage: Stage, step: Do) -> str:
    return stage.case_number(step.args.get("service"), step.args.get("member"))


def _command(stage: Stage, step: Do, service: str) -> dict[str, Any]:
    """Data, texts, facts and task of a command, in the service's own terms."""
    args = step.args
    items = [
        (item["name"] if item["kind"] == "paper" else stage.service_key(service, item["name"]), item["text"])
        for item in args.get("items", ())
    ]
    data = {key: args[key] for key in ("fault", "days", "offices", "procedure", "opinion") if key in args}
    if items:
        data["items"] = [name for name, _ in items]
    if "to" in args:
        data["to"] = f"staff:{user_of(args['to']).id}"
    texts = {f"item:{name}": text for name, text in items}
    texts |= {key: args[key] for key in ("reason", "note") if key in args}
    facts = {stage.service_key(service, key): raw for key, raw in args.get("facts", {}).items()}
    body: dict[str, Any] = {"data": data, "texts": texts, "facts": facts}
    if step.verb == "hand-down" and "office" in args:
        data["office"] = args["office"]
    elif "office" in args:
        steps = stage.catalog.procedures[stage.catalog.services[service].procedure].steps
        body["task"] = f"{steps[step.verb].closes if step.verb in steps else 'main'}:{args['office']}"
    return body


def _once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


VERBS: Mapping[str, Callable[[Stage, Do], None]] = {
    "search": search,
    "plan": plan,
    "answer": fill,
    "agree": agree,
    "dispute": dispute,
    "fill": fill,
    "attach": attach,
    "promise": promise,
    "sign": sign,
    "consent": consent,
    "submit": submit,
    "pay": pay,
    "withdraw": withdraw,
    "read": read,
    "verify": verify,
    "reckon": reckon,
}
"""`resubmit` is a command like the steps of procedures; the verbs about what hurts are `improving`'s."""
