"""The demonstration city in its database: what is supposed of a persona is what registers hold, and it can log in."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.db import connection
from rich.cells import cell_len
from rich.console import Console

from tongban import publication
from tongban.accounts.actor import actor_of
from tongban.accounts.log_in import log_in
from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, actor_of_token
from tongban.catalog import values
from tongban.catalog.vocabulary import Raw, Text
from tongban.cli.demo import print_log_ins
from tongban.platform import time
from tongban.platform.errors import PlatformError
from tongban.platform.models import Mark
from tongban.registry import service as registry
from tongban.registry.model import Held, Reader, Wanted
from tongban.registry.models import Subject
from tongban.testing.city import demonstration
from tongban.testing.city.arrange import arrange
from tongban.testing.city.cast import by_member
from tongban.testing.city.families import BIRTH
from tongban.testing.city.people import PERSON
from tongban.testing.city.personas import personas, roles_for
from tongban.testing.city.staff import PASSWORD
from tongban.testing.city.work import ORGANISATION
from tongban.testing.fixtures import City

pytestmark = pytest.mark.usefixtures("inhabited")

READER = Reader("test", Text("测试", "Test"))
TODAY = date(2026, 11, 16)


def held(subject_id: int, type_id: str, *names: str) -> dict[str, Held]:
    attributes = publication.current().types[type_id].attributes
    answers = registry.read([Wanted(subject_id, attributes[name]) for name in names], READER)
    return {name: answers[subject_id, name] for name in names}


def value(subject_id: int, type_id: str, name: str) -> object:
    return held(subject_id, type_id, name)[name].value


def person(name: str) -> int:
    subject_id = demonstration.account(name).subject_id
    assert subject_id is not None
    return subject_id


def subjects_of(bundle: str, persona: str) -> dict[tuple[str, int], int]:
    """Whom the registry leads to from a persona, as an application would find them: by keys and relations."""
    catalog = publication.current()
    one = next(each for each in personas() if each.id == persona)
    roles = roles_for(catalog, bundle)
    bound = {}
    for (subject, member), about in by_member({**one.facts, **one.records}).items():
        key = about.get(catalog.types[roles[subject].type].key or "")
        if key is not None:
            found = registry.find(roles[subject].type, str(key))
            assert found is not None, subject
            bound[subject, member] = found
    for role in roles.values():
        ends = {end: bound[other, 1] for end, other in role.ends.items() if (other, 1) in bound}
        for member, relation in enumerate(registry.related(role.type, ends), start=1):
            bound[role.name, member] = relation.id
    return bound


@pytest.mark.parametrize("persona", [one.id for one in personas() if one.bundle])
def test_what_a_plan_supposes_of_a_persona_is_what_the_registers_hold(persona: str) -> None:
    catalog = publication.current()
    one = next(each for each in personas() if each.id == persona)
    assert one.bundle is not None
    roles = roles_for(catalog, one.bundle)
    bound = subjects_of(one.bundle, persona)
    recorded = {subject for subject, _ in by_member(one.records)}
    compared = 0
    for (subject, member), about in by_member({**one.facts, **one.records}).items():
        attributes = catalog.types[roles[subject].type].attributes
        for name, raw in about.items():
            attribute = attributes[name]
            if attribute.held_by is not None and subject in recorded:
                assert value(bound[subject, member], attribute.type, name) == values.read(attribute, raw), name
                compared += 1
    assert compared > 10


def test_a_second_load_changes_nothing() -> None:
    before = Subject.objects.count(), User.objects.count()
    assert demonstration.load(people=300) == 0
    assert (Subject.objects.count(), User.objects.count()) == before
    assert Subject.objects.filter(type=PERSON).count() == 200


def test_a_real_city_takes_no_made_up_people(inhabited: City) -> None:
    with inhabited.superuser() as admin:
        admin.execute("update platform_city set mark = 'real', time_offset = '0', frozen_at = null")
    assert time.city_mark() is Mark.REAL
    for refused in (demonstration.load, lambda: demonstration.token_of("mother"), lambda: arrange("mother", {})):
        with pytest.raises(PlatformError, match="real-city"):
            refused()


def test_no_table_holds_a_name_or_number_of_a_person_in_the_clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(s::text, '') || (select string_agg(r::text, '') from registry_record r)"
            " || (select string_agg(u::text, '') from accounts_user u where kind = 'person')"
            " from registry_subject s"
        )
        (text,) = cursor.fetchone()
    assert "430200199405120089" not in text
    assert b"\xe6\xb3\xb0\xe5\xb1\xb1\xe8\xb7\xaf".hex() not in text


def test_every_persona_logs_in_as_printed() -> None:
    for one, (name, _) in zip(personas(), demonstration.log_ins(), strict=True):
        user = log_in(name, PASSWORD)
        assert isinstance(user, User)
        assert user.persona == one.id
        assert user.shown_name == one.identity["name"]


def test_every_log_in_is_printed_whole_on_a_line_of_its_own_even_on_a_narrow_terminal() -> None:
    printed = io.StringIO()
    print_log_ins(Console(file=printed, width=80), 8000)
    lines = printed.getvalue().splitlines()
    assert [line for line in lines if cell_len(line) > 80 or "…" in line] == []
    for name, title in demonstration.log_ins():
        assert [line for line in lines if line.split()[:1] == [name] and line.endswith(f"{title.zh} · {title.en}")]
    assert PASSWORD in printed.getvalue()


def test_mother_and_father_are_married_and_have_a_newborn_that_nobody_has_registered() -> None:
    mother, father = person("mother"), person("father")
    (birth,) = registry.related(BIRTH, {"mother": mother, "father": father})
    assert registry.related("civil/Marriage", {"wife": mother, "husband": father})
    assert registry.related("medical-insurance/MaternityStay", {"mother": mother})
    child = birth.ends["child"]
    assert registry.key_of(child) is None
    assert value(child, PERSON, "name") is None
    for parent in ("mother", "father"):
        assert actor_of(demonstration.account(parent)).may_act_for(child, "life-events/newborn")


def test_the_mother_of_twins_has_two_newborns() -> None:
    births = registry.related(BIRTH, {"mother": person("twins-mother")})
    assert [value(birth.id, BIRTH, "born_together") for birth in births] == [2, 2]
    assert len({birth.ends["child"] for birth in births}) == 2


def test_agents_act_for_the_company_as_far_as_their_rights_reach() -> None:
    company = registry.find(ORGANISATION, "914302000000000192")
    assert company is not None
    employer, agent = actor_of(demonstration.account("employer")), actor_of(demonstration.account("agent"))
    assert employer.may_act_for(company, "anything")
    assert agent.may_act_for(company, "life-events/hire-employee")
    assert not agent.may_act_for(company, "life-events/open-restaurant")
    assert not actor_of(demonstration.account("hire")).may_act_for(company, "life-events/hire-employee")


def test_every_authority_that_handles_a_service_has_a_clerk_and_an_approver_at_every_office() -> None:
    catalog = publication.current()
    seats = {
        (office, role)
        for user in User.objects.filter(kind=User.Kind.STAFF)
        for office, roles in actor_of(user).offices.items()
        for role in roles
    }
    authorities = {service.authority for service in catalog.services.values()}
    for office in catalog.offices.values():
        if office.authority in authorities:
            assert {(office.id, "handler"), (office.id, "approver")} <= seats


def test_a_fixed_clerk_can_be_played_wherever_an_application_goes() -> None:
    actor = actor_of(demonstration.account("clerk-population"))
    assert actor.has_role("handler", "demonstration/population-430211")
    assert actor.has_role("handler", "demonstration/population-430281")
    assert not actor.has_role("approver")
    assert not actor.has_role("handler", "demonstration/insurer-4302")


def test_an_offices_own_clerk_sits_there_alone() -> None:
    actor = actor_of(demonstration.account("clerk-population-430281"))
    assert actor.offices == {"demonstration/population-430281": {"handler"}}


def test_window_head_and_auditor_have_their_roles() -> None:
    for role in ("window", "head", "auditor"):
        assert actor_of(demonstration.account(role)).has_role(role)


@pytest.mark.parametrize("name", ["mother", "母亲 李沐禾", "clerk-fire", "clerk-fire-430202"])
def test_a_token_is_its_persona_and_may_move_time(name: str) -> None:
    actor = actor_of_token(demonstration.token_of(name))
    assert actor is not None
    assert actor.user_id == demonstration.account(name).id
    assert actor.scopes == TOKEN_SCOPES


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(PlatformError, match="unknown-persona") as refused:
        demonstration.token_of("mohter")
    assert "mother" in refused.value.do["en"]


def test_what_a_register_holds_is_changed() -> None:
    left = arrange(
        "mother", {"mother.residence_address": "旧地址 1 号", "birth.sex": "male", "marriage.registered": False}
    )
    assert left == {}
    (birth,) = registry.related(BIRTH, {"mother": person("mother")})
    assert value(person("mother"), PERSON, "residence_address") == "旧地址 1 号"
    assert value(person("mother"), PERSON, "name") == "李沐禾"
    assert value(birth.id, BIRTH, "sex") == "male"


def test_absent_is_said_with_none() -> None:
    arrange("mother", {"mother.household_address": None})
    assert held(person("mother"), PERSON, "household_address")["household_address"].state == "absent"


def test_a_twin_is_registered_like_the_first() -> None:
    facts: dict[str, Raw] = {
        "birth.1.sex": "female",
        "birth.2.sex": "male",
        "birth.1.born_together": 2,
        "birth.2.born_together": 2,
    }
    assert arrange("mother", facts) == {}
    first, second = registry.related(BIRTH, {"mother": person("mother")})
    assert [value(birth.id, BIRTH, "sex") for birth in (first, second)] == ["female", "male"]
    assert value(first.id, BIRTH, "date") == value(second.id, BIRTH, "date")
    assert first.ends["child"] != second.ends["child"]
    assert second.ends["father"] == person("father")
    assert actor_of(demonstration.account("mother")).may_act_for(second.ends["child"], "x")


def test_what_nobody_holds_is_left_for_the_persona_to_answer() -> None:
    facts: dict[str, Raw] = {
        "hire.2.has_social_card": False,
        "job.contract_kind": "task",
        "hire.has_social_card": False,
    }
    assert arrange("employer", facts) == {"hire.2.has_social_card": False, "job.contract_kind": "task"}
    assert value(person("hire"), PERSON, "has_social_card") is False


def test_wrong_values_and_names_are_refused() -> None:
    with pytest.raises(values.WrongValue):
        arrange("mother", {"birth.sex": "unknown"})
    wrong: list[tuple[str, dict[str, Raw]]] = [
        ("nobody", {}),
        ("mother", {"uncle.name": "x"}),
        ("mother", {"mother.shoe_size": 40}),
    ]
    for name, facts in wrong:
        with pytest.raises(KeyError):
            arrange(name, facts)


def test_personas_are_plain_data() -> None:
    plain = json.loads(json.dumps([one.to_json() for one in personas()]))
    assert {"mother", "father", "employer", "hire", "agent", "window", "head", "auditor"} <= {
        one["id"] for one in plain
    }
    assert all(one["title"]["zh"] and one["title"]["en"] for one in plain)


def test_personas_name_only_what_the_vocabulary_has() -> None:
    catalog = publication.current()
    for one in personas():
        if one.bundle is not None:
            roles = roles_for(catalog, one.bundle)
            for (subject, _), about in by_member({**one.situation, **one.facts, **one.records}).items():
                assert set(about) <= set(catalog.types[roles[subject].type].attributes), (one.id, subject)
