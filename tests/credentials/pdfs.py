"""Looking at PDFs with tools that are not ours: poppler's pdftotext and pdfsig, with NSS holding the trusted root."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

# NSS, which pdfsig asks, keeps its trust in a database that only NSS writes; certutil is not on every machine.
_TRUST = """
import ctypes, pathlib, sys
folder, certificate = sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes()
nss, smime = ctypes.CDLL("libnss3.so"), ctypes.CDLL("libsmime3.so")
pointer = ctypes.c_void_p
for function in (nss.PK11_GetInternalKeySlot, nss.CERT_GetDefaultCertDB, smime.CERT_DecodeCertFromPackage):
    function.restype = pointer
assert nss.NSS_InitReadWrite(f"sql:{folder}".encode()) == 0
slot = pointer(nss.PK11_GetInternalKeySlot())
assert nss.PK11_InitPin(slot, None, b"") == 0
root = pointer(smime.CERT_DecodeCertFromPackage(certificate, len(certificate)))
assert nss.PK11_ImportCert(slot, root, ctypes.c_ulong(0), b"root", 0) == 0
trust = (ctypes.c_uint * 3)()
assert nss.CERT_DecodeTrustString(ctypes.byref(trust), b"C,C,C") == 0
nss.CERT_ChangeCertTrust(pointer(nss.CERT_GetDefaultCertDB()), root, ctypes.byref(trust))
"""


def text(pdf: bytes) -> str:
    """The text of a PDF, without the places where it may break."""
    return _run(["pdftotext", "-layout", "-", "-"], pdf).replace("\u200b", "")


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return text(pdf).count("\f")


def fonts(pdf: bytes) -> str:
    """The table of the fonts of a PDF."""
    return _run(["pdffonts", "-"], pdf)


def info(pdf: bytes) -> str:
    """What pdfinfo says of a PDF."""
    return _run(["pdfinfo", "-"], pdf)


def pdfsig(pdf: bytes, folder: Path, root: bytes) -> str:
    """What pdfsig says of a PDF when it trusts `root` (DER) alone."""
    file, certificate, trusted = folder / "signed.pdf", folder / "root.der", folder / "nss"
    file.write_bytes(pdf)
    certificate.write_bytes(root)
    trusted.mkdir(exist_ok=True)
    _run([sys.executable, "-c", _TRUST, str(trusted), str(certificate)])
    return _run(["pdfsig", "-nssdir", str(trusted), str(file)])


def _run(command: list[str], data: bytes = b"") -> str:
    program = shutil.which(command[0])
    assert program, f"{command[0]} is missing: apt-get install poppler-utils libnss3"
    done = subprocess.run([program, *command[1:]], input=data, check=True, capture_output=True)  # noqa: S603 - our own
    return done.stdout.decode()
