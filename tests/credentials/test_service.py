"""What issuing and verifying promise: once per case, numbered in turn, provable, and sealed where it is stored."""

from __future__ import annotations

import io
import tracemalloc
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.credentials import pdfs
from tests.credentials.orders import AT, ID_NUMBER, issued, notice, order

from tongban.catalog.vocabulary import Text
from tongban.credentials import codes, service
from tongban.credentials.models import Document
from tongban.credentials.service import Holder
from tongban.platform import crypto
from tongban.platform.errors import PlatformError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def test_a_credential_is_given_once_for_a_case() -> None:
    first = issued(order())
    assert issued(order(event=9)) == first
    assert Document.objects.count() == 1
    assert issued(order(case="4302-26-000001-K/02")) != first


def test_a_notice_is_given_once_for_an_event() -> None:
    first = issued(notice(2))
    assert issued(notice(2)) == first
    assert issued(notice(5)) != first


def test_many_are_issued_at_once_and_answered_in_order() -> None:
    orders = [order(case=f"4302-26-000001-K/{part:02}") for part in (3, 1, 2, 1)]
    documents = service.issue(orders)
    assert [document.case_number for document in documents] == [one.case_number for one in orders]
    assert documents[1] == documents[3]
    assert Document.objects.count() == 3


def test_documents_of_a_case_are_numbered_in_turn() -> None:
    numbers = [issued(one).number for one in (notice(1), notice(2), order(), notice(1))]
    assert numbers == [f"4302-26-000001-K/01-{serial:02}" for serial in (1, 2, 3, 1)]


def test_issuing_belongs_to_the_callers_transaction() -> None:
    with transaction.atomic():
        issued(order())
        transaction.set_rollback(True)
    assert Document.objects.count() == 0


@pytest.mark.slow
def test_the_file_is_made_when_first_read_and_kept(tmp_path: Path) -> None:
    document = issued(order())
    assert document.pdf is None
    pdf = service.document_bytes(document.id)
    assert service.document_bytes(document.id) == pdf
    text = pdfs.text(pdf)
    assert ID_NUMBER in text
    assert codes.grouped(document.code) in text
    assert "Signature is Valid." in pdfs.pdfsig(pdf, tmp_path, service.signing_authority().root)


def test_a_document_that_is_not_there_is_not_made() -> None:
    with pytest.raises(Document.DoesNotExist):
        service.document_bytes(uuid.UUID(int=0))


def test_nothing_personal_is_stored_in_the_open() -> None:
    document = issued(order())
    service.document_bytes(document.id)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(d)::text, encode(content, 'escape') from credentials_document d")
        (row,) = cursor.fetchall()
    for value in ("陈一诺", ID_NUMBER, ID_NUMBER.encode().hex(), "陈一诺".encode().hex(), "%PDF", b"%PDF".hex()):
        assert value not in row[0]
        assert value not in row[1]


def test_a_file_put_into_another_row_does_not_open() -> None:
    one, other = issued(order()), issued(order(case="4302-26-000002-K/01"))
    service.document_bytes(one.id)
    row = Document.objects.get(id=one.id)
    Document.objects.filter(id=one.id).update(pdf=None, pdf_sha256=None)
    Document.objects.filter(id=other.id).update(pdf=row.pdf, pdf_sha256=row.pdf_sha256)
    with pytest.raises(PlatformError, match="value-damaged"):
        service.document_bytes(other.id)


def test_facts_come_back_as_they_were() -> None:
    assert service.facts(issued(order())) == order().facts


def test_what_is_printed_for_a_test_city_is_a_specimen() -> None:
    text = pdfs.text(service.document_bytes(issued(order()).id))
    assert all(letter in text for letter in "样张")
    walk = issued(order(case="4302-26-000009-K/01", kind="walk"))
    assert all(letter in pdfs.text(service.document_bytes(walk.id)) for letter in "走流程")


def test_a_code_is_verified_however_it_is_typed() -> None:
    document = issued(order())
    for typed in (document.code, codes.grouped(document.code).lower(), f" {document.code} "):
        verdict = service.verify_code(typed)
        assert verdict.state == "valid"
        assert verdict.outline is not None
        assert verdict.outline.holder == "陈**"
        assert verdict.outline.number == document.number


def test_a_stranger_sees_no_personal_value() -> None:
    assert ID_NUMBER not in str(service.verify_code(issued(order()).code))
    assert "一诺" not in str(service.verify_code(issued(notice()).code))
    firm = issued(
        order(case="4302-26-000003-K/01", holder=Holder("base/Organisation", 8, "株洲某某公司", is_public=True))
    )
    assert "株洲某某公司" in str(service.verify_code(firm.code))


@pytest.mark.parametrize(
    ("typed", "state"), [("", "mistyped"), ("7K2M-QD8F-3HTX", "mistyped"), ("1111-1111-1111", "unknown-code")]
)
def test_a_wrong_code_says_which_way_it_is_wrong(typed: str, state: str) -> None:
    assert service.verify_code(typed).state == state


def test_a_file_is_verified_and_a_changed_one_is_not() -> None:
    document = issued(order())
    pdf = service.document_bytes(document.id)
    verdict = service.verify_file(io.BytesIO(pdf))
    assert verdict.state == "valid"
    assert verdict.outline is not None
    assert verdict.outline.number == document.number
    assert service.verify_file(io.BytesIO(pdf.replace(b"/Title", b"/Titel", 1))).state == "changed"
    assert service.verify_file(io.BytesIO(pdf + b"\n")).state == "changed"


def test_a_file_we_signed_and_have_no_record_of() -> None:
    document = issued(order())
    pdf = service.document_bytes(document.id)
    Document.objects.filter(id=document.id).delete()
    assert service.verify_file(io.BytesIO(pdf)).state == "unrecorded"


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (b"", "not-pdf"),
        (b"<html><script>alert(1)</script>", "not-pdf"),
        (b"PK\x03\x04" + bytes(1000), "not-pdf"),
        (b"%PDF-1.7\n<html>", "unsigned"),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3]", "unsigned"),
        (b"%PDF-1.7\n/ByteRange [0 9 11 0] <3000>", "unsigned"),
    ],
)
def test_anything_uploaded_gets_a_clear_answer(data: bytes, state: str) -> None:
    assert service.verify_file(io.BytesIO(data)).state == state


class Endless(io.RawIOBase):
    """A gigabyte that nobody has to store."""

    left = 1 << 30

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Zeros, as many as asked for."""
        size = min(len(buffer), self.left)
        self.left -= size
        return size


def test_a_gigabyte_is_refused_without_being_read() -> None:
    upload = Endless()
    tracemalloc.start()
    verdict = service.verify_file(io.BufferedReader(upload))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert verdict.state == "too-large"
    assert peak_bytes < 4 * service.FILE_MAX_BYTES
    assert upload.left > (1 << 30) - 2 * service.FILE_MAX_BYTES


def test_a_revoked_document_is_genuine_and_refused() -> None:
    document = issued(order())
    pdf = service.document_bytes(document.id)
    assert service.revoke(document.id, AT, Text("补发", "Replaced"))
    assert not service.revoke(document.id, AT, Text("别的", "Other"))
    for verdict in (service.verify_code(document.code), service.verify_file(io.BytesIO(pdf))):
        assert verdict.state == "revoked"
        assert verdict.outline is not None
        assert verdict.outline.revoked_because == Text("补发", "Replaced")


def test_only_what_holds_is_offered_again_as_evidence() -> None:
    holds = issued(order())
    issued(order(case="4302-26-000002-K/01", valid_until=AT.date()))
    issued(order(case="4302-26-000003-K/01", kind="walk"))
    issued(order(case="4302-26-000004-K/01", holder=Holder("base/Person", 8, "别人")))
    revoked = issued(order(case="4302-26-000005-K/01"))
    service.revoke(revoked.id, AT, Text("", ""))
    issued(notice())
    assert service.valid_credentials([7], AT.date() + timedelta(days=1)) == [holds]
    assert service.valid_credentials([7], AT.date() - timedelta(days=1)) == []


def test_being_served_is_recorded_once() -> None:
    document = issued(notice())
    assert service.serve(document.id, AT, "electronic")
    assert not service.serve(document.id, AT + timedelta(days=1), "post")
    document.refresh_from_db()
    assert (document.served_at, document.served_how) == (AT, "electronic")


def test_a_new_key_leaves_old_documents_readable(keys: Path) -> None:
    document = issued(order())
    crypto.rotate(keys)
    crypto.keyring.cache_clear()
    assert service.facts(document) == order().facts


def test_a_process_reads_what_another_wrote_under_a_key_put_in_force_since(keys: Path) -> None:
    assert crypto.decrypt(crypto.encrypt("old", context="a"), context="a") == b"old"
    other = crypto.rotate(keys)
    assert crypto.decrypt(other.encrypt("new", context="a"), context="a") == b"new"


def test_a_process_seals_with_a_key_that_another_put_in_force_though_it_read_nothing_newer(keys: Path) -> None:
    assert crypto.number_of(crypto.encrypt("old", context="a")) == 1
    crypto.rotate(keys)
    assert crypto.number_of(crypto.encrypt("new", context="a")) == 2
    (keys / crypto.FILE_NAME).unlink()
    assert crypto.number_of(crypto.encrypt("on", context="a")) == 2
