"""Officers' passwords: argon2id, at most two at once, since hashing takes memory and a core."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_HASHING = threading.Semaphore(2)


def hash_password(password: str) -> str:
    """A password as it is kept."""
    with _HASHING:
        return _HASHER.hash(password)


def is_password(kept: str, password: str) -> bool:
    """Whether this is the password that was kept."""
    with _HASHING:
        try:
            return _HASHER.verify(kept, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
