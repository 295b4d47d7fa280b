"""One way from search to result: an applicant, the others who sign, the clerks of each office that has a part in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from uuid import uuid4

from tongban.accounts.models import User
from tongban.applications.offers import offer_of
from tongban.casework import service as casework
from tongban.casework.model import Case
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition
from tongban.catalog.vocabulary import Value
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.portal.pages.previews import slug_of
from tongban.supervision.rounds.ways import OWN_FAULT, Asked, Promise, Stuck, of_role
from tongban.testing.city.staff import DESKS
from tongban.testing.rehearsal.browsing import Browser
from tongban.testing.rehearsal.clicking import Hand
from tongban.testing.rehearsal.examples import Examples
from tongban.testing.rehearsal.eyes import Eyes
from tongban.testing.rehearsal.people import People, login_name
from tongban.testing.rehearsal.visitor import BAD, TRIES, NoWayOn, Trail, Visitor

if TYPE_CHECKING:
    from tongban.testing.rehearsal.walker import Walker

MOST_TURNS: Final = 32


class OneWay:
    """An applicant's way, and of everybody who is needed for it. Raises NoWayOn where it ends too soon."""

    def __init__(self, walker: Walker, offer: BundleDefinition, found: Mapping[str, Value], trail: Trail) -> None:
        self.walker, self.offer, self.found, self.trail = walker, offer, found, trail
        self.catalog = walker.catalog
        self.examples = Examples(walker.catalog, offer, time.today(), walker.identities)
        self.eyes = walker.eyes if offer.id in walker.catalog.bundles else None
        self.stranger = self._visitor(None)
        self.accounts = People(walker.catalog, offer, found).register()
        self.applicant = self._visitor(self.accounts[offer.applicant])
        self.seen_pages = set[str]()

    def _visitor(self, user: User | None) -> Visitor:
        name = None if user is None or user.subject_id is None else login_name(user.subject_id)
        return Visitor(self.trail, Browser(self.walker.site, name), self.walker.links, self.eyes)

    def go(self) -> None:
        """From search to result."""
        self._look_around()
        number = self._sent_by_hand(self.eyes) if self.eyes else self._sent(self._filled())
        self._handed_over(number)
        self._watch("follow", f"/a/{number}")
        self._carried(number)
        self.applicant.look("follow", f"/a/{number}")

    def _look_around(self) -> None:
        """What a stranger sees: search, guide, plan."""
        slug = slug_of(self.catalog, self.offer.id)
        hits = self.stranger.look("find", f"/search?q={quote(self.offer.title.zh)}")
        inside = [name for name, one in self.catalog.bundles.items() if self.offer.id in {p.service for p in one.parts}]
        slugs = [slug, *(slug_of(self.catalog, name) for name in inside)]
        self.trail.is_found = any(f'"/b/{one}"' in hits or f'"/b/{one}?' in hits for one in slugs)
        self.stranger.look("plan", f"/b/{slug}")
        answers = {
            one.fact: values.write(self.found[one.fact]) for one in self.offer.questions if one.fact in self.found
        }
        _, plan = self.stranger.send("plan", "/plans", {"bundle": self.offer.id, "answers": answers})
        if "questions" in plan:
            told = [*plan["questions"], *plan["undecided"]]
            questions = {one.fact for one in self.offer.questions} | {of_role(line["fact"]) for line in told}
            papers = tuple(line["id"] for line in plan["evidence"] if line["how"] == "uploaded")
            self.trail.promise = Promise(tuple(sorted(questions)), papers, self._fee(), plan["schedule"]["due"])

    def _fee(self) -> int:
        """What everything costs whoever is exempt from nothing, in fen."""
        return sum(fee.amount_fen for part in self.offer.parts for fee in self.catalog.services[part.service].fees)

    def _filled(self) -> str:
        """The number of an application that misses nothing."""
        self.applicant.enter("situation")
        view = self._good("situation", *self.applicant.send("situation", "/applications", {"bundle": self.offer.id}))
        number = str(view["number"])
        path = f"/applications/{number}"
        for _ in range(MOST_TURNS):
            missing = view["missing"]
            if not missing:
                return number
            self.trail.turn += 1
            codes = {line["code"] for line in missing}
            if "not-agreed" in codes:
                self._watch("agree", f"/a/{number}")
                view = self._good("agree", *self.applicant.send("agree", f"{path}/agree", {}))
            elif facts := _facts(missing, "undecided")[:1] or _facts(missing, "missing"):
                # One question of the situation after the other, as the portal asks: an answer may spare the next.
                self._watch("form", f"/a/{number}/form")
                view = self._answered(path, facts)
            elif "missing-paper" in codes:
                self._watch("papers", f"/a/{number}/papers")
                view = self._handed_in(path, _facts(missing, "missing-paper"))
            elif codes == {"not-signed"}:
                self._watch("sign", f"/a/{number}/sign")
                view = self._good("sign", *self.applicant.send("sign", f"{path}/sign", {}))
            else:
                line = next(line for line in missing if line["code"] != "not-signed")
                service = line["fact"] if line["fact"] in self.catalog.services else ""
                raise NoWayOn(Stuck("form", _both(line["text"]), service, "" if service else self.item(line["fact"])))
        for line in view["missing"]:
            raise NoWayOn(Stuck("form", _both(line["text"]), "", self.item(line["fact"])))
        return number

    def _answered(self, path: str, facts: list[str]) -> dict[str, Any]:
        """What the application is after these questions; an answer that is not taken is given otherwise."""
        self.trail.asked += [Asked(fact, self.item(fact), self.trail.turn) for fact in facts]
        answers = {fact: values.write(self.value(fact)) for fact in facts}
        for attempt in range(TRIES):
            status, view = self.applicant.send("form", f"{path}/facts", {"facts": answers})
            wrong = [error["fact"] for error in view.get("errors", ()) if error["fact"] in answers]
            if status < BAD or not wrong:
                break
            self.trail.refused += wrong
            for fact in wrong:
                others = self.examples.candidates(of_role(fact))
                answers[fact] = values.write(others[(attempt + 1) % len(others)])
        return self._good("form", status, view)

    def value(self, fact: str) -> Value:
        """What is answered to a question."""
        bare = of_role(fact)
        return self.found[bare] if bare in self.found else self.examples.candidates(bare)[0]

    def _handed_in(self, path: str, papers: list[str]) -> dict[str, Any]:
        view: dict[str, Any] = {}
        for paper in papers:
            name = paper.partition("@")[0]
            if paper in self.seen_pages:
                raise NoWayOn(Stuck("papers", "交了还要 · asked for again when it is there", "", name))
            self.seen_pages.add(paper)
            self.trail.papers.append(name)
            status, view = self.applicant.hand_in("papers", f"{path}/papers", paper)
            if status >= BAD:
                raise NoWayOn(Stuck("papers", _detail(view, status), "", name))
        return view

    def _sent(self, number: str) -> str:
        """Sent, with everybody's consent."""
        path = f"/applications/{number}"
        view = self._good("send", *self.applicant.send("send", f"{path}/submit", {}))
        for other in self._others(view):
            also = self._visitor(other)
            also.enter("consent")
            also.look("consent", f"/consent/{number}")
            self._good("consent", *also.send("consent", f"{path}/consent", {"agree": True}))
        return number

    def _sent_by_hand(self, eyes: Eyes) -> str:
        """The same in real browsers, by the controls of the pages, everybody before a window of their own."""
        with eyes.window_of_somebody() as page:
            number = Hand(self, page, self.applicant.browser.name or "").sent()
        for other in self._others(self.applicant.ask(f"/applications/{number}")[1]):
            with eyes.window_of_somebody() as page:
                Hand(self, page, self._visitor(other).browser.name or "").agreed(number)
        return number

    def _others(self, view: Mapping[str, Any]) -> Iterator[User]:
        """The accounts of those whose signature is still wanted."""
        for signer in view["signers"]:
            subject = signer["subject"].partition(".")[0]
            if signer["done"] or subject == self.offer.applicant:
                continue
            if subject not in self.accounts:
                raise NoWayOn(Stuck("consent", f"没有人能替“{subject}”签 · nobody can sign as “{subject}”"))
            yield self.accounts[subject]

    def _handed_over(self, number: str) -> None:
        """What is promised to whoever has sent it, if it was."""
        _, view = self.applicant.ask(f"/applications/{number}")
        if view.get("state") != "submitted":
            raise NoWayOn(Stuck("send", f"提交后还是“{view.get('state')}” · sent, it is still {view.get('state')}"))
        self.trail.due = view.get("promised_due")
        self.trail.fee_fen = sum(fee["amount_fen"] for fee in view["fees"] if fee["state"] not in {"exempt", "void"})

    def _carried(self, number: str) -> None:
        """Clerks and approvers take one step after the other until every case has its result."""
        for _ in range(MOST_TURNS):
            cases = casework.cases(
                [line["number"] for line in self.applicant.ask(f"/applications/{number}")[1]["cases"]]
            )
            waiting = [case for case in cases if case.is_open]
            if not waiting:
                break
            moved = [case for case in waiting if self._one_step(case)]
            if not moved:
                raise NoWayOn(
                    Stuck("handle", f"停在“{waiting[0].state}” · stands at {waiting[0].state}", waiting[0].service)
                )
        _, view = self.applicant.ask(f"/applications/{number}")
        self.trail.results = {line["service"]: line["result"] for line in view["cases"]}
        for line in view["cases"]:
            if line["result"] != "granted":
                said = f"符合条件，结果却是“{line['result']}” · fit, and the result is {line['result']}"
                raise NoWayOn(Stuck("handle", said, line["service"]))

    def _one_step(self, case: Case) -> bool:
        """Whether somebody at the case's office could take a step."""
        address = f"/cases/{in_address(case.number)}"
        own = Examples(self.catalog, offer_of(self.catalog, case.service), time.today(), self.walker.identities)
        for desk in DESKS:
            clerk = self.walker.clerk(f"{desk}-{case.office.rpartition('/')[2]}", self.trail, self.eyes)
            clerk.enter("desk")
            status, view = clerk.ask(address)
            forward = [one for one in view["allowed"] if one["is_forward"]] if status < BAD else []
            for step in forward[:1]:
                if (opened := f"{desk} {case.number}") not in self.seen_pages:
                    self.seen_pages.add(opened)
                    clerk.look("desk", f"/desk{address}", case.service)
                self.trail.turn += 1
                self.trail.asked += [self._typed(case.service, fact) for fact in step["facts"]]
                facts = {fact: values.write(own.candidates(of_role(fact))[0]) for fact in step["facts"]}
                body = {"id": str(uuid4()), "command": step["name"], "facts": facts}
                status, view = clerk.send("handle", f"{address}/commands", body, case.service)
                if status >= BAD:
                    raise NoWayOn(Stuck(_fault("handle", view), _detail(view, status), case.service))
                return True
        return False

    def _typed(self, service: str, fact: str) -> Asked:
        """What an office is asked, in the offer's words."""
        subject, _, name = fact.rpartition(".")
        role = subject.partition(".")[0]
        part = next((one for one in self.offer.parts if one.service == service), None)
        own = part.roles.get(role, role) if part else role
        kind = f"{self.catalog.services[service].roles[role].type}.{name}"
        return Asked(f"{own}.{name}", kind, self.trail.turn, service)

    def item(self, fact: str) -> str:
        """The attribute's id of a fact, a paper's of its key; as it is where it is neither."""
        if "@" in fact:
            return fact.partition("@")[0]
        subject, _, name = fact.rpartition(".")
        role = self.offer.subjects.get(subject.partition(".")[0])
        return f"{role.type}.{name}" if role else fact

    def _watch(self, at: str, path: str) -> None:
        """Look at a page of the application when one first comes to it."""
        if at not in self.seen_pages:
            self.seen_pages.add(at)
            self.applicant.look(at, path)

    def _good(self, at: str, status: int, view: dict[str, Any]) -> dict[str, Any]:
        if status >= BAD:
            fact = next((error["fact"] for error in view.get("errors", ())), "")
            raise NoWayOn(Stuck(_fault(at, view), _detail(view, status), "", self.item(fact) if "." in fact else ""))
        return view


def _facts(missing: Sequence[Mapping[str, Any]], code: str) -> list[str]:
    return [line["fact"] for line in missing if line["code"] == code]


def _fault(at: str, view: Mapping[str, Any]) -> str:
    """Where a refusal belongs: that a rule of the policy gives nothing to people made up by us is our own fault."""
    return OWN_FAULT if view.get("code") == "not-entitled" else at


def _both(text: Mapping[str, str]) -> str:
    return f"{text['zh']} · {text['en']}"


def _detail(view: Mapping[str, Any], status: int) -> str:
    """What a refusal said, in both languages."""
    return f"{view.get('detail_zh', '')} · {view.get('detail', status)} ({view.get('code', status)})"
