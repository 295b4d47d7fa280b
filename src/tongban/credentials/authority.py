"""The demonstration signing authority: who vouches for the credentials and notices of a city.

Made at set-up in the keys folder, never in the database: a root certificate that verifiers trust, and an issuing
certificate below it that signs documents (EC P-256, X.509). A real city puts the files of its own certification
service there under the same names. Withdrawn documents are known to the city's records, not to a revocation list, so
verifying needs no network.
"""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tongban.platform.errors import PlatformError

FOLDER_NAME = "authority"
ROOT_NAME = "root.pem"
ISSUING_NAME = "issuing.pem"
_ROOT_KEY_NAME = "root-key.pem"
_ISSUING_KEY_NAME = "issuing-key.pem"

# Wide enough for whatever day a demonstration city is set to; fixed, so that making it reads no clock.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2060, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    """The root and issuing certificates and the issuing key, all as DER; the root's own key is not needed to issue."""

    root: bytes
    issuing: bytes
    issuing_key: bytes = field(repr=False)


def create(keys: Path, *, city: str) -> Authority:
    """Make the authority of a new city below the keys folder; where there is one already, read it."""
    folder = keys / FOLDER_NAME
    if not folder.exists():
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = keys / f".{FOLDER_NAME}.{secrets.token_hex(8)}"
        draft.mkdir(mode=0o700)
        _write(draft, city)
        try:
            # A folder replaces no folder with files in it: of two set-ups at one moment the first stands.
            draft.rename(folder)
        except OSError:
            shutil.rmtree(draft)
    return read(keys)


def read(keys: Path) -> Authority:
    """Read the authority from below the keys folder; PlatformError when it is missing or does not fit together."""
    folder = keys / FOLDER_NAME
    try:
        root = x509.load_pem_x509_certificate((folder / ROOT_NAME).read_bytes())
        issuing = x509.load_pem_x509_certificate((folder / ISSUING_NAME).read_bytes())
        key = serialization.load_pem_private_key((folder / _ISSUING_KEY_NAME).read_bytes(), password=None)
        issuing.verify_directly_issued_by(root)
    except FileNotFoundError as error:
        raise PlatformError(
            "authority-missing",
            zh=f"找不到签发机构的文件 {error.filename}。",
            en=f"There is no file {error.filename} of the signing authority.",
            do_zh=f"从备份放回 {folder}；新建的城市把认证机构发的文件放在那里。",
            do_en=f"Put {folder} back from the backup; a new city puts its certification service's files there.",
        ) from None
    except Exception as error:
        # Whatever is wrong inside the files, the answer is the same and the cause is kept.
        raise _damaged(folder) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != issuing.public_key():
        raise _damaged(folder)
    return Authority(
        root=root.public_bytes(serialization.Encoding.DER),
        issuing=issuing.public_bytes(serialization.Encoding.DER),
        issuing_key=key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )


def _write(folder: Path, city: str) -> None:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name(city, f"{city}政务服务演示根证书 Demonstration root")
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, authority=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(city, f"{city}政务服务演示签发 Demonstration issuer")
    issuing = _certificate(name, key.public_key(), root_name, root_key, authority=False)
    _store(folder / ROOT_NAME, root.public_bytes(serialization.Encoding.PEM))
    _store(folder / ISSUING_NAME, issuing.public_bytes(serialization.Encoding.PEM))
    _store(folder / _ROOT_KEY_NAME, _pem(root_key))
    _store(folder / _ISSUING_KEY_NAME, _pem(key))


def _certificate(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    signing: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    own = x509.SubjectKeyIdentifier.from_public_key(public)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(own, critical=False)
        .add_extension(above, critical=False)
        .sign(signing, hashes.SHA256())
    )


def _name(city: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, city),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _store(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _damaged(folder: Path) -> PlatformError:
    return PlatformError(
        "authority-damaged",
        zh=f"签发机构的文件 {folder} 读不出来，或者不是一套。",
        en=f"The files of the signing authority in {folder} cannot be read or do not belong together.",
        do_zh="从备份放回原来的文件。",
        do_en="Put the originals back from the backup.",
    )
