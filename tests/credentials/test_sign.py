"""What a signature promises: outside tools find it valid, and every change to the file is noticed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials import pdfs
from tests.examples import examples

from tongban.credentials import authority
from tongban.credentials.authority import Authority
from tongban.credentials.render import render
from tongban.credentials.sheet import Sheet
from tongban.credentials.sign import Signature, judge, sign

AT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def signed(sheet: Sheet, signing: Authority) -> bytes:
    return sign(render(sheet), signing, at=AT, reason="出生医学证明", place="株洲市")


def test_pdfsig_finds_it_valid_and_trusted(signed: bytes, signing: Authority, tmp_path: Path) -> None:
    report = pdfs.pdfsig(signed, tmp_path, signing.root)
    for line in (
        "Signature Validation: Signature is Valid.",
        "Certificate Validation: Certificate is Trusted.",
        "Signature Type: ETSI.CAdES.detached",
        "Signing Hash Algorithm: SHA-256",
        "Total document signed",
        "Nov 24 2026",
    ):
        assert line in report
    assert judge(signed, signing.root) == Signature.INTACT


def test_pdfsig_notices_a_changed_byte(signed: bytes, signing: Authority, tmp_path: Path) -> None:
    changed = signed.replace(b"/Title", b"/Titel", 1)
    assert changed != signed
    assert "Signature Validation: Digest Mismatch." in pdfs.pdfsig(changed, tmp_path, signing.root)
    assert judge(changed, signing.root) == Signature.CHANGED


def test_another_city_does_not_vouch_for_it(signed: bytes, tmp_path: Path) -> None:
    other = authority.create(tmp_path / "keys", city="别的市")
    assert judge(signed, other.root) == Signature.FOREIGN
    assert "Certificate is Trusted" not in pdfs.pdfsig(signed, tmp_path, other.root)


def test_something_added_at_the_end_is_a_change(signed: bytes, signing: Authority) -> None:
    assert judge(signed + b"\n%%EOF\n", signing.root) == Signature.CHANGED


def test_our_signature_moved_into_another_file_is_a_change(signed: bytes, signing: Authority) -> None:
    start = signed.index(b"/ByteRange")
    assert judge(b"%PDF-1.7\n1 0 obj <<" + signed[start:], signing.root) in {Signature.CHANGED, Signature.NONE}


def test_bytes_hidden_in_the_gap_are_not_a_signature(signed: bytes, signing: Authority) -> None:
    place = signed.index(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", place)
    hidden = signed[: end - 8] + b"/A(evil)" + signed[end:]
    assert len(hidden) == len(signed)
    assert judge(hidden, signing.root) == Signature.NONE


def test_an_unsigned_file_has_none(sheet: Sheet, signing: Authority) -> None:
    assert judge(render(sheet), signing.root) == Signature.NONE


@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_no_single_changed_byte_goes_unnoticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(min_value=0, max_value=len(_KEPT["file"]) - 1))
    start = _KEPT["file"].index(b"/Contents <")
    changed = bytearray(_KEPT["file"])
    changed[place] ^= data.draw(st.integers(min_value=1, max_value=255))
    verdict = judge(bytes(changed), _KEPT["root"])
    # Inside the gap only the unused zeros and the case of a digit say nothing; all else is signed.
    assert verdict != Signature.INTACT or start < place < start + len(b"/Contents <") + 8192


@pytest.fixture(autouse=True)
def _keep(signed: bytes, signing: Authority) -> None:
    _KEPT.update(file=signed, root=signing.root)


_KEPT: dict[str, bytes] = {}


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    framed = b"/ByteRange [0 10 20 30] <" + data.hex().encode() + b">" + data
    assert judge(data, _KEPT["root"]) == Signature.NONE
    assert judge(framed, _KEPT["root"]) == Signature.NONE
