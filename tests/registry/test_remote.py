"""A holder elsewhere: whatever its service does, the answer is a value, a plain "there is none", or "unavailable"."""

from __future__ import annotations

import socket
import ssl
import time
from datetime import date, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings
from tests.registry.conftest import (
    INSURED,
    INSURED_FROM,
    INSURER,
    MARRIAGE,
    MARRIED_ON,
    PERSON,
    READER,
    Service,
)

from tongban.platform.time import recorded_now
from tongban.registry import service as registry
from tongban.registry.circuit import FAILURES_BEFORE_OPEN, OPEN_SECONDS, Circuit
from tongban.registry.directory import pass_on, remote
from tongban.registry.looks import reads_about
from tongban.registry.model import Entry, Wanted
from tongban.registry.remote import HttpHolder

pytestmark = pytest.mark.django_db
KEY = "430200199405120089"


@pytest.fixture
def person(service: Service) -> int:
    service.facts[KEY] = {"is_insured": True, "insured_from": "2019-03-01", "secret": "not asked for"}
    return registry.create(PERSON, key=KEY)


def state_of(person: int) -> str:
    return registry.read([Wanted(person, INSURED)], READER)[person, "is_insured"].state


def test_a_service_answers_what_was_asked_and_is_asked_nothing_else(
    service: Service, insurer: HttpHolder, person: int
) -> None:
    held = registry.read([Wanted(person, INSURED), Wanted(person, INSURED_FROM)], READER)
    assert held[person, "insured_from"].value == date(2019, 3, 1)
    assert held[person, "is_insured"].value is True
    assert service.asked == [{"subjects": [{"type": PERSON, "key": KEY, "attributes": ["insured_from", "is_insured"]}]}]
    assert [entry.attributes for entry in reads_about(person)] == [("insured_from", "is_insured")]


def test_only_the_service_itself_says_that_there_is_none(service: Service, insurer: HttpHolder, person: int) -> None:
    service.facts[KEY]["is_insured"] = None
    assert state_of(person) == "absent"
    del service.facts[KEY]
    assert state_of(person) == "absent"


@pytest.mark.parametrize("mode", ["slow", "drip", "error", "moved", "html", "list", "short", "half", "nested", "cut"])
def test_an_outage_never_looks_like_an_empty_field(
    service: Service, insurer: HttpHolder, person: int, mode: str
) -> None:
    service.mode = mode
    began = time.monotonic()
    assert state_of(person) == "unavailable"
    assert time.monotonic() - began < 10  # the service would have answered after half a minute
    assert reads_about(person) == []


def test_a_service_that_is_not_there_is_unavailable(person: int, settings: Settings) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        settings.HOLDERS = {INSURER: url}
        assert state_of(person) == "unavailable"
    remote(INSURER, url).close()
    remote.cache_clear()


def test_a_service_whose_certificate_nobody_vouches_for_is_told_nothing(
    service: Service, person: int, settings: Settings, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_of_its_own(tmp_path))
    service.socket = context.wrap_socket(service.socket, server_side=True)
    url = service.url.replace("http:", "https:")
    settings.HOLDERS = {INSURER: url}
    assert state_of(person) == "unavailable"
    assert service.asked == []
    remote(INSURER, url).close()
    remote.cache_clear()


def certificate_of_its_own(folder: Path) -> Path:
    """A key for 127.0.0.1 with a certificate that only it has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = recorded_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "service.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_value_that_cannot_be_is_no_answer(service: Service, insurer: HttpHolder, person: int) -> None:
    service.facts[KEY]["insured_from"] = "the day before yesterday"
    held = registry.read([Wanted(person, INSURED), Wanted(person, INSURED_FROM)], READER)
    assert held[person, "insured_from"].state == "unavailable"
    assert held[person, "is_insured"].value is True


def test_nobody_waits_for_a_service_that_is_known_to_be_down_and_it_is_back_by_itself(
    service: Service, insurer: HttpHolder, person: int
) -> None:
    now = [0.0]
    insurer.circuit = Circuit(lambda: now[0])
    service.mode = "error"
    for _ in range(FAILURES_BEFORE_OPEN):
        assert state_of(person) == "unavailable"
    calls = len(service.asked)
    assert state_of(person) == "unavailable"
    assert len(service.asked) == calls
    assert INSURER in registry.unavailable()
    now[0] += OPEN_SECONDS
    service.mode = "well"
    assert state_of(person) == "known"
    assert INSURER not in registry.unavailable()


def test_of_many_callers_one_looks_whether_the_service_is_back() -> None:
    now = [0.0]
    circuit = Circuit(lambda: now[0])
    for _ in range(FAILURES_BEFORE_OPEN):
        circuit.failed()
    assert not circuit.allows()
    now[0] += OPEN_SECONDS
    assert [circuit.allows() for _ in range(3)] == [True, False, False]
    circuit.failed()
    now[0] += OPEN_SECONDS - 1
    assert not circuit.allows()
    now[0] += 1
    assert circuit.allows()
    circuit.succeeded()
    assert circuit.allows()


def test_a_try_that_fails_once_is_tried_again(service: Service, insurer: HttpHolder, person: int) -> None:
    well = service.answer
    service.answer = lambda body: well(body) if len(service.asked) > 1 else []  # type: ignore[method-assign]
    assert state_of(person) == "known"
    assert len(service.asked) == 2


def test_a_relation_is_known_outside_by_the_keys_at_its_ends(
    service: Service, insurer: HttpHolder, person: int
) -> None:
    other = registry.create(PERSON, key="430200199209170070")
    marriage = registry.create(MARRIAGE, ends={"wife": person, "husband": other})
    service.facts["430200199209170070+430200199405120089"] = {"registered_on": "2020-05-20"}
    held = registry.read([Wanted(marriage, MARRIED_ON)], READER)
    assert held[marriage, "registered_on"].value == date(2020, 5, 20)
    assert service.asked[-1]["subjects"][0]["ends"] == {"wife": KEY, "husband": "430200199209170070"}


def test_whom_nothing_identifies_outside_is_not_asked_about(service: Service, insurer: HttpHolder) -> None:
    newborn = registry.create(PERSON)
    assert state_of(newborn) == "absent"
    assert service.asked == []


def test_what_a_case_wrote_counts_until_the_service_has_taken_it(
    service: Service, insurer: HttpHolder, person: int
) -> None:
    service.facts[KEY]["is_insured"] = None
    registry.write([Entry(person, INSURED, value=True)], keys={})
    assert state_of(person) == "known"
    assert service.asked == []
    service.mode = "error"
    assert pass_on() == {INSURER: None}
    assert state_of(person) == "known"
    service.mode = "well"
    assert pass_on() == {INSURER: 1}
    assert service.told[-1] == {"subjects": [{"type": PERSON, "key": KEY, "facts": {"is_insured": True}}]}
    assert pass_on() == {INSURER: 0}
    assert state_of(person) == "absent"  # the service's own word again


def test_whatever_changes_while_it_is_handed_over_is_handed_over_again(
    service: Service, insurer: HttpHolder, person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.write([Entry(person, INSURED, value=True)], keys={})
    post = insurer._post

    def post_while_a_case_writes(verb: str, body: dict[str, object], deadline: float) -> bytes:
        registry.write([Entry(person, INSURED, value=False)], keys={})
        return post(verb, body, deadline)

    monkeypatch.setattr(insurer, "_post", post_while_a_case_writes)
    pass_on()
    monkeypatch.undo()
    pass_on()
    assert [body["subjects"][0]["facts"] for body in service.told] == [{"is_insured": True}, {"is_insured": False}]
