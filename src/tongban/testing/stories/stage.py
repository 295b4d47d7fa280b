"""What has happened in a story so far, and the application as its applicant sees it now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tongban.applications.offers import offer_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform.ids import in_address
from tongban.testing.stories.city import Client, problem_of
from tongban.testing.stories.model import Do, Story, Target

Json = Mapping[str, Any]


class Stuck(Exception):  # noqa: N818 -- the story is, not the program
    """A step that has nothing to act on: what it names is not there."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(zh, en)


@dataclass(frozen=True)
class Ways:
    """How a plan has each fact, by key with the number of its member where there is one, and the papers it asks."""

    asked: frozenset[str] = frozenset()
    fetched: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()
    produced: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()


@dataclass
class Stage:
    """The state of a story. ``plan`` is the last plan that somebody saw; ``number`` the application, once begun.

    ``begun`` has whose each application of the story is, by number, in their order; ``gave`` is what the last rule or
    command came to. ``opened`` has the latest case that the house opened of each service, such as a problem; ``walk``
    and ``visit`` are the latest ones, by their pages; ``clerk`` of the staff did something last; ``page`` is what the
    page says that was opened last.
    """

    story: Story
    client: Client
    offer_id: str | None = None
    number: str | None = None
    applicant: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    window_for: str | None = None
    plan: Json | None = None
    problem: Json | None = None
    verdicts: dict[str, str] = field(default_factory=dict)
    audit: str | None = None
    inboxes: dict[str, int] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    begun: dict[str, str] = field(default_factory=dict)
    gave: Json | None = None
    opened: dict[str, str] = field(default_factory=dict)
    walk: str | None = None
    visit: str | None = None
    clerk: str | None = None
    page: str | None = None
    _view: Json | None = None

    @property
    def catalog(self) -> Catalog:
        """The definitions of the story."""
        return self.story.catalog

    @property
    def offer(self) -> BundleDefinition:
        """The bundle or service that the story is about. Raises Stuck."""
        if self.offer_id is None:
            raise Stuck("no-bundle", "还没说是哪件事", "The story has not said what it is about.")
        return offer_of(self.catalog, self.offer_id)

    def forget(self) -> None:
        """Something happened: what was seen of the application, and verified, may be another by now."""
        self._view = None
        self.verdicts.clear()

    def view(self) -> Json:
        """The application as its applicant sees it. Raises Stuck while there is none."""
        if self._view is None:
            if self.number is None:
                raise Stuck("no-application", "还没有申请", "No application has been begun.")
            return self.seen(self._asked(self.number))
        return self._view

    def _asked(self, number: str) -> Json:
        answer = self.client.send(self.begun[number], "GET", f"/applications/{number}")
        problem = problem_of(answer)
        if problem is not None:
            raise Stuck(str(problem["code"]), str(problem.get("detail_zh", "")), str(problem.get("detail", "")))
        found: Json = answer.json()
        return found

    def seen(self, view: Json) -> Json:
        """The applicant has just seen the application like this."""
        self._view = view
        self.plan = view.get("plan") or self.plan
        self.sent = [(case["service"], case["number"]) for case in sorted(view["cases"], key=lambda case: case["part"])]
        return view

    def present_plan(self) -> Json:
        """The plan as it stands: the open form's, or the last one seen."""
        if self.number is not None:
            self.view()
        if self.plan is None:
            raise Stuck("no-plan", "还没看过方案", "Nobody has looked at a plan yet.")
        return self.plan

    def cases(self) -> Sequence[Json]:
        """The cases of the application, by number."""
        return sorted(self.view()["cases"], key=lambda case: case["part"])

    def case(self, service: str | None, member: int | None) -> Json:
        """The case of a service, of the member with this number where several have one. Raises Stuck."""
        number = self.case_number(service, member)
        if number in self.opened.values():
            return self._as_somebody_sees(number)
        return next(case for case in self.cases() if case["number"] == number)

    def _as_somebody_sees(self, number: str) -> Json:
        """A case as whoever of the story may see it does. Raises Stuck."""
        for persona in dict.fromkeys(step.persona for step in self.story.steps if isinstance(step, Do)):
            answer = self.client.send(persona, "GET", f"/cases/{in_address(number)}")
            if problem_of(answer) is None:
                found: Json = answer.json()
                return found
        raise Stuck("no-case", "故事里没有人看得到这个办件", "Nobody of the story may see this case.")

    def case_number(self, service: str | None, member: int | None) -> str:
        """Its number: every case has one from the day of submission. Raises Stuck."""
        if service in self.opened:
            return self.opened[service]
        if not self.sent:
            self.view()
        fits = [number for each, number in self.sent if service in (None, each)]
        if member is not None:
            fits = fits[member - 1 : member]
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise Stuck(
                "which-case", "有几个办件，写明事项或第几个", "There are several cases: name service or member."
            )
        raise Stuck("no-case", "申请里没有这个办件", "The application has no such case.")

    def service_of(self, number: str) -> str:
        """The service of a case."""
        return next(service for service, each in [*self.opened.items(), *self.sent] if each == number)

    def documents(self) -> list[Json]:
        """Everything issued in this application, oldest first."""
        return _documents(self.view())

    def document(self, definition: str) -> Json | None:
        """The last of a kind: of this application, else of the latest one before it that has any."""
        for number in reversed(self.begun):
            view = self.view() if number == self.number else self._asked(number)
            found = [document for document in _documents(view) if document["definition"] == definition]
            if found:
                return found[-1]
        return None

    def case_facts(self) -> dict[str, Json]:
        """What the cases know, by the bundle's keys; what was produced wins over what was brought."""
        found: dict[str, Json] = {}
        for case in self.cases():
            answer = self.client.send(self.applicant, "GET", f"/cases/{in_address(case['number'])}")
            for line in answer.json().get("facts", ()):
                key = self.bundle_key(case, line["fact"])
                if key not in found or line["source"] == "produced":
                    found[key] = line
        return found

    def roles_of(self, service: str) -> Mapping[str, str]:
        """Role → subject, as the plan bound them for a service."""
        for line in (self.plan or {}).get("services", ()):
            if line["id"] == service:
                roles: Mapping[str, str] = line["roles"]
                return roles
        return {role: role for role in self.catalog.services[service].roles}

    def bundle_key(self, case: Json, fact: str) -> str:
        """`host.name` of a case → `mother.name`, with the member's number where the subject has several."""
        role, _, name = fact.partition(".")
        subject = self.roles_of(case["service"]).get(role, role)
        definition = self.offer.subjects.get(subject)
        own = self.catalog.services[case["service"]].roles.get(role)
        if definition is None or not definition.many or (own is not None and own.many):
            return f"{subject}.{name}"
        siblings = [number for service, number in self.sent if service == case["service"]]
        return f"{subject}.{siblings.index(case['number']) + 1}.{name}"

    def service_key(self, service: str, key: str) -> str:
        """`mother.name` of the bundle → `host.name` of a case; what is no subject is taken as a role."""
        subject, *_, name = key.split(".")
        role = next((role for role, bound in self.roles_of(service).items() if bound == subject), subject)
        return f"{role}.{name}"

    def ways(self, plan: Json | None = None) -> Ways:
        """How a plan, the present one unless given, has each fact."""
        plan = plan or self.present_plan()
        known = {kind: set(_keys(line for line in plan["known"] if line["source"] == kind)) for kind in SOURCES}
        open_questions = (line for line in plan["undecided"] if line["how"] == "asked")
        return Ways(
            asked=frozenset({*_keys(plan["questions"]), *_keys(open_questions), *known["claimed"]}),
            fetched=frozenset({*_keys(plan["fetched"]), *known["fetched"]}),
            derived=frozenset({*_keys(plan["derived"]), *known["derived"]}),
            produced=frozenset(_keys(self._to_be_made(plan))),
            papers=frozenset(line["id"] for line in plan["evidence"] if line["how"] == "uploaded"),
        )

    def _to_be_made(self, plan: Json) -> Iterator[Json]:
        """All that the services of a plan make, whether another needs it or only the applicant does."""
        for line in plan["services"]:
            for made in self.catalog.services[line["id"]].produces:
                role, _, name = made.fact.partition(".")
                yield {"fact": f"{line['roles'].get(role, role)}.{name}", "members": line["members"]}

    def produced(self) -> frozenset[str]:
        """What cases have produced, or, before there are any, what the plan says they will."""
        if self.number is None or not self.view()["cases"]:
            return self.ways().produced
        return frozenset(key for key, line in self.case_facts().items() if line["source"] == "produced")

    @cached_property
    def supposed(self) -> dict[str, Any]:
        """What the story says registers hold, by key: a plan before log-in supposes it."""
        return {key: raw for cast in self.story.given.cast for key, raw in cast.facts.items()}


SOURCES = ("claimed", "fetched", "derived")


def _documents(view: Json) -> list[Json]:
    return [document for case in view["cases"] for document in case["documents"]]


def _keys(lines: Any) -> list[str]:  # noqa: ANN401 -- an iterable of lines of a plan
    """Every key of lines: once bare, and once for each member that it concerns."""
    found = []
    for line in lines:
        subject, _, name = line["fact"].partition(".")
        found.append(line["fact"])
        found += [f"{subject}.{member}.{name}" for member in line["members"]]
    return found


def is_in(target: Target, keys: frozenset[str]) -> bool:
    """Whether a fact is among keys; one without a member's number is when any member's is."""
    subject, *middle, name = target.id.split(".")
    if middle:
        return target.id in keys
    return any(key.split(".")[0] == subject and key.split(".")[-1] == name for key in keys)
