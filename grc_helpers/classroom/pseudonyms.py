"""Pseudonyms for customers: what a handed-out report shows in place of their identifiers.

A pseudonym is a keyed hash, so that a reader who knows how identifiers look cannot try them all. The key stays in the
workbook's ``.cache`` folder: the same customer has the same pseudonym in every report made there, and whoever holds
the key and the file can find the customer again with `pseudonym`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from grc_helpers.errors import visible

KEY_VARIABLE = "GRC_PSEUDONYM_KEY"
PATTERN = re.compile(r"client\u00a0[A-Z2-7]{4}-[A-Z2-7]{4}")


def pseudonym(identifier: object, key: str) -> str:
    """Return the pseudonym of a customer under a key (40 bits: two of 1 000 customers alike once in two million)."""
    digest = hashlib.blake2b(str(identifier).encode(), key=bytes.fromhex(key), digest_size=5).digest()
    code = base64.b32encode(digest).decode()
    return f"client\u00a0{code[:4]}-{code[4:]}"


def shown(identifier: object) -> str:
    """Return how a notebook writes a customer: as is at work, by pseudonym while a report is being made."""
    key = os.environ.get(KEY_VARIABLE)
    return pseudonym(identifier, key) if key else visible(str(identifier))


def report_key(folder: Path) -> str:
    """Return the key kept in a folder, made on first use; a key for this time only if the folder is read-only.

    Parameters
    ----------
    folder : Path
        Usually ``.cache`` in the workbook.
    """
    path, fresh = folder / "pseudonymes.key", secrets.token_hex(32)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(fresh)
        kept = path.read_text().strip()
        if re.fullmatch(r"[0-9a-f]{64}", kept):
            return kept
    return fresh
