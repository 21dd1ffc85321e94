"""SHA-256 without `hashlib`, which loads OpenSSL first and gives the same: a tenth of loading a policy. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha256
else:
    try:
        from _sha2 import sha256  # Python 3.12 and newer
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256


def of(content: bytes) -> str:
    """In hex."""
    return sha256(content).hexdigest()
