"""Fees: what each service of an application costs, why, and paying it once, to the fen.

A fee is data of its service. It falls due when its case comes to the point of being granted (`granting`): nobody pays
for what is not accepted. What waits for it is data of the procedure: the decision does not, the issuing does. Whoever
is exempt by the facts known owes nothing; what was paid for nothing is given back (`refunds`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID, uuid5

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications.document import member_key
from tongban.applications.granting import is_accepted, reached
from tongban.applications.issuing import cited, label_of
from tongban.applications.messages import tell_subject
from tongban.applications.models import AwaitedFee, Form, Payment
from tongban.applications.offers import offer_of
from tongban.applications.payments import provider_for
from tongban.applications.planning import plan_of, values_of
from tongban.applications.problems import Problem, command_reused, not_found
from tongban.applications.store import Open, load
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM, Case, Command
from tongban.casework.sweeps import apart
from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.model import Catalog, Fee, ServiceDefinition
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Text, Value
from tongban.planner.deriving import derive
from tongban.platform import time
from tongban.publication import service as publication

State: TypeAlias = Literal["expected", "exempt", "due", "begun", "paid", "void", "refunding", "refunded"]
"""expected: falls due on acceptance · begun: with the provider · void: its case ended without it."""

REMINDED_AFTER: Final = timedelta(days=7)

Lookup: TypeAlias = Callable[[str], Value | Unknown]


@dataclass(frozen=True, slots=True)
class Charge:
    """One fee of one case (None: of a case to come). ``number`` is its place among the service's fees, from 1."""

    service: ServiceDefinition
    number: int
    fee: Fee
    state: State
    case: Case | None = None
    payment: Payment | None = None

    @property
    def id(self) -> str | None:
        """What names it in its application: the part and the fee's place, ``3.1``."""
        return f"{self.case.part}.{self.number}" if self.case else None

    @property
    def reference(self) -> str:
        """What names it for a provider: unique in the city."""
        return reference_of(self.case.number if self.case else "", self.number)


def reference_of(case: str, number: int) -> str:
    """What names a fee of a case for a provider."""
    return f"{case}-F{number}"


def fees_of(opened: Open) -> list[dict[str, Any]]:
    """Every fee of an application: those that a draft will bring, then each with its state. For the applicant's side.

    A line: ``id`` (to pay by; None in a draft), ``case``, ``service``, ``service_title``, ``title``, ``amount_fen``,
    ``basis``, ``exempt_by`` (labels of the facts an exemption hangs on), ``refund_basis``, ``is_unverified``,
    ``state``, ``paid_at``, ``receipt``, ``refunded_at``, ``refund_receipt``, ``is_demonstration``.
    """
    if not opened.is_applicant:
        return []
    is_draft = opened.form.state in (Form.State.DRAFT, Form.State.WAITING)
    found = _expected(opened) if is_draft else _charges(opened.catalog, opened.cases)
    return [_line(opened.catalog, charge) for charge in found]


def owed_fen(catalog: Catalog, service: ServiceDefinition, number: str) -> int:
    """What is still to be paid before the case of this number is issued."""
    exempt = _exempt(catalog, service, store.facts_of([number]).get(number, {}))
    paid = set(Payment.objects.filter(case=number, paid_at__isnull=False).values_list("fee", flat=True))
    fees = enumerate(service.fees, start=1)
    return sum(fee.amount_fen for place, fee in fees if not exempt[place - 1] and place not in paid)


def cost_of_choice(service: ServiceDefinition, fact: str, value: Value) -> int | None:
    """What the fees that hang on a fact (in the service's terms) come to, in fen, where it has this value; None where
    none does, or where it hangs on more.
    """
    hanging = [fee for fee in service.fees if fee.exempt is not None and fact in fee.exempt.facts]
    exempt = [fee.exempt and fee.exempt.evaluate(lambda asked: value if asked == fact else UNKNOWN) for fee in hanging]
    if not hanging or not all(verdict is True or verdict is False for verdict in exempt):
        return None
    return sum(fee.amount_fen for fee, is_exempt in zip(hanging, exempt, strict=True) if not is_exempt)


def pay(
    actor: Actor, number: str, fee: str, command_id: UUID, *, amount_fen: int | None = None, back: str = ""
) -> dict[str, Any]:
    """Pay a fee by its id: its line, with ``next``, the address where the payer goes on (None: it is done).

    ``amount_fen`` is what the payer saw; ``back`` is where the provider sends the payer's browser afterwards. Paying
    twice, by the same command or another, pays once. Raises Problem 404, 409 ``fee-not-due``, ``fee-changed`` or
    ``command-reused``, 503 ``no-payment-provider`` or ``payment-unreachable``.
    """
    with transaction.atomic():
        opened = load(actor, number, for_update=True)  # whoever pays at the same moment waits, then finds it begun
        charge = _payable(opened, fee)
        if amount_fen not in (None, charge.fee.amount_fen):
            said = yuan(charge.fee.amount_fen)
            text = Text(f"现在是 {said} 元，看过再付", f"It is {said} yuan now. Look at it, then pay.")
            raise Problem(409, "fee-changed", text)
        payment = charge.payment or _begin(opened, charge, command_id)
    answer = None
    if payment.paid_at is None:
        provider = provider_for(opened.form.mode)
        try:
            answer = provider.begin(payment.amount_fen, payment.reference, back)
        except OSError:
            raise _unreachable() from None
        _settle(payment.reference)
    line = next(line for line in fees_of(opened) if line["id"] == fee)
    return line | {"next": answer if line["state"] == "begun" else None}


def _payable(opened: Open, fee: str) -> Charge:
    if not opened.is_applicant:
        raise not_found()
    cases = store.cases_of([opened.form.number])
    charge = next((each for each in _charges(opened.catalog, cases) if each.id == fee), None)
    if charge is None:
        raise not_found()
    if charge.payment is None and charge.state != "due":
        why = {
            "exempt": Text("这笔免交，不用付", "This fee is waived. There is nothing to pay."),
            "void": Text("这件已经结束，不用再付", "This part has ended. There is nothing to pay."),
        }.get(charge.state, Text("受理以后才交费，到时会通知", "It falls due on acceptance; you will be told."))
        raise Problem(409, "fee-not-due", why)
    return charge


def _begin(opened: Open, charge: Charge, command_id: UUID) -> Payment:
    if Payment.objects.filter(command=command_id).exists():
        raise command_reused()
    return Payment.objects.create(
        case=charge.case.number if charge.case else "",
        fee=charge.number,
        reference=charge.reference,
        command=command_id,
        amount_fen=charge.fee.amount_fen,
        is_demonstration=provider_for(opened.form.mode).is_demonstration,
        begun_at=time.now(),
        begun_by=opened.actor.user_id or 0,
    )


def confirm(reference: str) -> bool:
    """Ask the provider whether a payment has arrived and book it, once; for its call-back and the payer's return.

    Raises Problem 404 for a reference nobody has begun, 503 ``payment-unreachable``.
    """
    if not Payment.objects.filter(reference=reference).exists():
        raise not_found()
    return _settle(reference)


def returned(actor: Actor, number: str, fee: str) -> dict[str, Any]:
    """The payer is back from the provider; only the provider says whether it was paid. The fee's line.

    Raises Problem 404, also for a fee nobody has begun to pay, 503 ``payment-unreachable``.
    """
    opened = load(actor, number)
    if not any(line["id"] == fee for line in fees_of(opened)):
        raise not_found()
    confirm(reference_of(f"{number}/{int(fee.partition('.')[0]):02}", int(fee.partition(".")[2])))
    return next(line for line in fees_of(load(actor, number)) if line["id"] == fee)


def _settle(reference: str) -> bool:
    payment = Payment.objects.get(reference=reference)
    if payment.paid_at is not None:
        return True
    application = payment.case.rpartition("/")[0]
    form = Form.objects.only("mode", "applicant_id").get(number=application)
    try:
        receipt = provider_for(form.mode).confirm(payment.amount_fen, reference)
    except OSError:
        raise _unreachable() from None
    if receipt is None:
        return False
    with transaction.atomic():
        # Of a call-back and a payer's return at one moment one books it, and one message goes out.
        booked = Payment.objects.filter(reference=reference, paid_at=None).update(paid_at=time.now(), receipt=receipt)
        if booked:
            data = {"fee": payment.fee, "amount_fen": payment.amount_fen}
            casework.command(payment.case, Command(str(uuid5(payment.command, "paid")), "paid", data), SYSTEM)
            said = yuan(payment.amount_fen)
            text = Text(f"收到 {said} 元，收据在这一件里", f"{said} yuan received; the receipt is with the application")
            tell_subject(form.applicant_id, "fee-paid", text, application, payment.case)
    return True


def _unreachable() -> Problem:
    text = Text(
        "交费那边现在连不上，钱没有重复扣，过一会儿再试", "The payment system is down. Nothing is charged twice."
    )
    return Problem(503, "payment-unreachable", text)


def concerns(one: Happened) -> bool:
    """Whether a fee may have fallen due by this change, or waits as the last thing."""
    return bool(one.in_force.service(one.change.after.service).fees) and (_is_granted(one) or reached(one))


def _is_granted(one: Happened) -> bool:
    return one.change.after.is_open and any("enters" in event.data for event in one.change.events)


def receive(happened: Sequence[Happened]) -> None:
    """Tell the applicant of every fee that has just fallen due, and once more when nothing else is waited for."""
    for one in happened:
        case, service = one.change.after, one.in_force.service(one.change.after.service)
        is_granted = _is_granted(one)
        amount = owed_fen(one.in_force.catalog, service, case.number)
        if amount:
            said = yuan(amount)
            zh = f"已经准了，交 {said} 元就发给你" if is_granted else f"要交 {said} 元，交了才发给你"
            en = f"granted; pay {said} yuan to get it" if is_granted else f"{said} yuan to pay before you get it"
            text = Text(f"{service.title.zh}：{zh}", f"{service.title.en}: {en}")
            code = "fee-awaited" if is_granted else "fee-due"
            tell_subject(one.application.applicant, code, text, case.application, case.number)
            if is_granted:
                AwaitedFee.objects.get_or_create(case=case.number, defaults={"since": time.now()})


def remind() -> int:
    """Remind applicants, once, of fees that a granted case has waited for; returns how many. For a periodic job."""
    waiting = AwaitedFee.objects.filter(reminded_at=None, since__lte=time.now() - REMINDED_AFTER)
    told = 0
    for number in waiting.order_by("since").values_list("case", flat=True):
        with apart(number):
            loaded = store.load_cases([number])[number]
            case, catalog = loaded.case, publication.at(loaded.application.publication)
            service = catalog.services[case.service]
            # Of two sweeps at one moment one tells.
            mine = AwaitedFee.objects.filter(case=number, reminded_at=None).update(reminded_at=time.now())
            amount = owed_fen(catalog, service, number)
            if mine and case.is_open and amount:
                zh, en = f"还有 {yuan(amount)} 元没交，交了就发给你", f"still {yuan(amount)} yuan to pay to get it"
                text = Text(f"{service.title.zh}：{zh}", f"{service.title.en}: {en}")
                tell_subject(loaded.application.applicant, "fee-reminder", text, case.application, number)
                told += 1
    return told


def _expected(opened: Open) -> list[Charge]:
    """What the plan of a draft will cost, for each member that a service runs for."""
    known = values_of(opened)
    found = []
    for line in plan_of(opened).services:
        service = opened.catalog.services[line.id]
        for member in line.members or [1]:
            lookup = _on_form(opened, line.roles, member, known)
            for number, fee in enumerate(service.fees, start=1):
                found.append(Charge(service, number, fee, "exempt" if _is_exempt(fee, lookup) else "expected"))
    return found


def _on_form(opened: Open, roles: Mapping[str, str], member: int, known: Mapping[str, Value]) -> Lookup:
    def look(fact: str) -> Value | Unknown:
        role, _, name = fact.partition(".")
        return known.get(f"{member_key(opened.bundle, roles[role], member)}.{name}", UNKNOWN)

    return look


def _is_exempt(fee: Fee, lookup: Lookup) -> bool:
    return fee.amount_fen == 0 or (fee.exempt is not None and fee.exempt.evaluate(lookup) is True)


def _charges(catalog: Catalog, cases: Sequence[Case]) -> list[Charge]:
    """Every fee of these cases with its state."""
    costly = [case for case in cases if catalog.services[case.service].fees]
    if not costly:
        return []
    numbers = [case.number for case in costly]
    payments = {(payment.case, payment.fee): payment for payment in Payment.objects.filter(case__in=numbers)}
    facts = store.facts_of(numbers)
    found = []
    for case in costly:
        service = catalog.services[case.service]
        exempt = _exempt(catalog, service, facts[case.number])
        for number, fee in enumerate(service.fees, start=1):
            payment = payments.get((case.number, number))
            state = _state(catalog, case, payment, is_exempt=exempt[number - 1])
            found.append(Charge(service, number, fee, state, case, payment))
    return found


def _exempt(catalog: Catalog, service: ServiceDefinition, facts: Mapping[str, Value]) -> list[bool]:
    """For each fee of a service, whether a case with these facts is exempt."""
    known = derive(catalog, offer_of(catalog, service.id), facts, time.today())
    return [_is_exempt(fee, lambda fact: known.get(fact, UNKNOWN)) for fee in service.fees]


def _state(catalog: Catalog, case: Case, payment: Payment | None, *, is_exempt: bool) -> State:
    if payment is not None and payment.paid_at is not None:
        return "refunded" if payment.refunded_at else "refunding" if payment.refund_asked_at else "paid"
    if is_exempt:
        return "exempt"
    if not case.is_open:
        return "void"
    if payment is not None:
        return "begun"
    procedure = catalog.procedures[catalog.services[case.service].procedure]
    return "due" if is_accepted(procedure, case.state) else "expected"


def _line(catalog: Catalog, charge: Charge) -> dict[str, Any]:
    fee, payment, case = charge.fee, charge.payment, charge.case
    paid = payment if payment is not None and payment.paid_at is not None else None
    return {
        "id": charge.id,
        "case": case.number if case else None,
        "service": charge.service.id,
        "service_title": charge.service.title.to_json(),
        "title": fee.title.to_json(),
        "amount_fen": fee.amount_fen,
        "basis": cited(catalog, [fee.because]).to_json(),
        "exempt_by": [
            label_of(catalog, charge.service, fact).to_json() for fact in sorted(fee.exempt.facts if fee.exempt else ())
        ],
        "refund_basis": cited(catalog, [fee.refund]).to_json() if fee.refund else None,
        "is_unverified": any(name.partition(".")[0] == "fees" for name in charge.service.unverified),
        "state": charge.state,
        "paid_at": _at(paid.paid_at) if paid else None,
        "receipt": paid.receipt if paid else None,
        "refunded_at": _at(paid.refunded_at) if paid else None,
        "refund_receipt": paid.refund_receipt or None if paid else None,
        "is_demonstration": payment.is_demonstration if payment else None,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(time.ZONE).isoformat(timespec="seconds") if moment else None
