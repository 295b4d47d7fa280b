"""Signatures on documents: put one on (PAdES, EC P-256), and judge the one that a file carries.

Signing is pyHanko's work; the document is certified with no changes allowed. Judging reads a file that anybody may
have made, so it never interprets it as PDF: it finds the byte range of the last signature, demands that this range
covers the whole file but the signature itself, and checks the signature and its chain to our root. There is nothing to
unpack, so memory stays at the size of the file, and there is nothing that a changed file could hide.
"""

from __future__ import annotations

import asyncio
import enum
import functools
import io
import re
from datetime import datetime

from asn1crypto import cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tongban.credentials.authority import VALID_FROM, Authority

FIELD_NAME = "Seal"
_DIGEST = "sha256"
# In hexadecimal digits; a signature with its certificate takes about 1,300 bytes.
_RESERVED_SIZE_DIGITS = 2 * 4096
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_SIGNATURE = re.compile(rb"<[0-9A-Fa-f]+>")


class Signature(enum.Enum):
    """What the last signature of a file says about it."""

    INTACT = "intact"
    """Signed below our root, and not one byte is different."""
    CHANGED = "changed"
    """It carries a signature below our root, but the file is no longer what was signed."""
    FOREIGN = "foreign"
    """Signed by somebody else."""
    NONE = "none"
    """Not signed, or nothing that can be read as a signature."""


def sign(pdf: bytes, authority: Authority, *, at: datetime, reason: str, place: str) -> bytes:
    """Return the PDF with an invisible certifying signature made at the given (aware) moment."""
    return asyncio.run(_sign(pdf, authority, at=at, reason=reason, place=place))


def judge(data: bytes, root: bytes) -> Signature:
    """Say what the last signature in a file is worth, trusting the root certificate (DER) alone."""
    found = _last_signature(data)
    if found is None:
        return Signature.NONE
    covered, signed = found
    return asyncio.run(_judge(covered, signed, root))


async def _sign(pdf: bytes, authority: Authority, *, at: datetime, reason: str, place: str) -> bytes:
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm=_DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            location=place,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        signer=_signer(authority),
    )
    session = signer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    # The moment is the city's, which in a demonstration is not the machine's.
    session.system_time = at
    document = session.prepare_tbs_document(
        validation_info=None, bytes_reserved=_RESERVED_SIZE_DIGITS, appearance_text_params=None
    )
    prepared, output = document.digest_tbs_document()
    await document.perform_signature(
        document_digest=prepared.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at)
    )
    output.seek(0)
    return bytes(output.read())


@functools.cache
def _signer(authority: Authority) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(authority.issuing),
        signing_key=keys.PrivateKeyInfo.load(authority.issuing_key),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )


def _last_signature(data: bytes) -> tuple[bytes | None, cms.SignedData] | None:
    """Return (the bytes covered, or None when they are not the whole file; the signature), or None without any."""
    found = _BYTE_RANGE.match(data, max(data.rfind(b"/ByteRange"), 0))
    if found is None:
        return None
    start, first, second, rest = (int(number) for number in found.groups())
    gap = data[start + first : second]
    if not _SIGNATURE.fullmatch(gap):
        return None
    try:
        content = cms.ContentInfo.load(bytes.fromhex(gap[1:-1].decode("ascii")))
        signed = content["content"]
        if content["content_type"].native != "signed_data" or len(signed["signer_infos"]) != 1:
            return None
    except (ValueError, TypeError, KeyError):
        return None
    whole = start == 0 and second + rest == len(data)
    return (data[:first] + data[second:] if whole else None), signed


async def _judge(covered: bytes | None, signed: cms.SignedData, root: bytes) -> Signature:
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root)],
        allow_fetching=False,
        # Documents stay provable when certificates have run out: the chain is judged as of its first day.
        moment=VALID_FROM,
    )
    try:
        if not _issued_below(root, extract_certificate_info(signed).signer_cert):
            return Signature.FOREIGN
        status = await async_validate_detached_cms(covered or b"", signed, context)
    except Exception:  # noqa: BLE001 - a hostile file may fail anywhere in the library; to us it is only not ours
        return Signature.NONE
    return Signature.INTACT if covered is not None and status.bottom_line else Signature.CHANGED


def _issued_below(root: bytes, certificate: asn1_x509.Certificate) -> bool:
    try:
        below = x509.load_der_x509_certificate(certificate.dump())
        below.verify_directly_issued_by(x509.load_der_x509_certificate(root))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
