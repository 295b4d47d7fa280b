"""What the signing authority promises: made once, private, and never half there."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from tongban.credentials import authority
from tongban.platform.errors import PlatformError


def test_it_is_made_once_whoever_comes_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: authority.create(tmp_path / "keys", city="株洲市"), range(8)))
    assert all(one == made[0] for one in made)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [authority.FOLDER_NAME]


def test_nobody_else_can_read_its_keys(tmp_path: Path) -> None:
    authority.create(tmp_path, city="株洲市")
    folder = tmp_path / authority.FOLDER_NAME
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_root_signs_certificates_and_the_issuer_documents(signing: authority.Authority) -> None:
    root, issuing = x509.load_der_x509_certificate(signing.root), x509.load_der_x509_certificate(signing.issuing)
    issuing.verify_directly_issued_by(root)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not issuing.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = issuing.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.key_cert_sign


def test_without_files_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="authority-missing"):
        authority.read(tmp_path)


@pytest.mark.parametrize("name", [authority.ROOT_NAME, authority.ISSUING_NAME, "issuing-key.pem"])
def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, name: str) -> None:
    for city in ("one", "other"):
        authority.create(tmp_path / city, city=city)
    mine, other = (tmp_path / city / authority.FOLDER_NAME / name for city in ("one", "other"))
    mine.write_bytes(other.read_bytes())
    with pytest.raises(PlatformError, match="authority-damaged"):
        authority.read(tmp_path / "one")
    mine.write_bytes(b"nothing")
    with pytest.raises(PlatformError, match="authority-damaged"):
        authority.read(tmp_path / "one")
