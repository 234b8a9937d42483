"""The demo's root: its three custodians' files lie beside the database, and sign by themselves.

So tills of the demo meet signed lists as they would anywhere. It shows how that works and protects
nothing: a network of its own gives the files to three persons (docs/KEYS.md).
"""

import logging
import threading
from pathlib import Path
from typing import Final

from ledger import Ledger, QueueFull, ReadOnly, WriterStopped
from ledger.core.quantities import DAY
from ledger.operations.publish_lists import believe_root, next_lists, take_lists
from ledger.reports.key_report import keys_today, root_and_lists
from ledger.token import cose
from ledger.token.issue import issue_list
from ledger.token.keys import DenyList, KeyList
from scripts.root_shares import join_shares, make_shares

logger = logging.getLogger(__name__)
EVERY_SECONDS: Final = 20.0
RENEW_AFTER: Final = 30 * DAY


def sign_what_changed(ledger: Ledger, folder: Path) -> bool:
    """Make the demo's root where it has none, and sign new lists where they say something new."""
    shares = [folder / f"{name}.json" for name in ("uno", "due", "tre")]
    if not shares[0].exists():
        folder.mkdir(parents=True, exist_ok=True)
        make_shares(shares)
    root, kid = join_shares(shares[0], shares[1])
    now = ledger.clock()
    believe_root(ledger, root.public_key().public_bytes_raw(), now=now)
    made = next_lists(ledger, now=now)
    if not _says_news(ledger, made.keys, made.denied):
        return False
    keys, denied = (issue_list(one, root=root, kid=kid) for one in (made.keys, made.denied))
    take_lists(ledger, keys, denied, now=now)
    return True


def _says_news(ledger: Ledger, keys: KeyList, denied: DenyList) -> bool:
    """Whether tills are told less, or something else, or soon nothing."""
    told, taken = root_and_lists(ledger), keys_today(ledger).lists
    if "key_list" not in told:
        return True
    if any(ledger.clock() - one.taken_at > RENEW_AFTER for one in taken.values()):
        return True
    before = KeyList.from_claims(cose.take_apart(told["key_list"]).claims)
    withdrawn = DenyList.from_claims(cose.take_apart(told["deny_list"]).claims)
    same = (before.limits, withdrawn.prefixes) == (keys.limits, denied.prefixes)
    kids = [{one.kid for one in of.keys} for of in (before, keys)]
    return not same or kids[0] != kids[1]


class DemoRoot:
    """A thread that signs what changed, until it is told to stop."""

    def __init__(
        self, ledger: Ledger, folder: Path, *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        """Begin at once, then every few seconds."""
        self._ledger, self._folder, self._every = ledger, folder, every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-root", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being signed."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                sign_what_changed(self._ledger, self._folder)
            except (QueueFull, WriterStopped, ReadOnly):
                pass  # Too busy, or closing: the next round finds the same to sign.
            except Exception:  # A database that is away for a while must not end the signing.
                logger.exception("lists were not signed this time")
            if self._stop.wait(self._every):
                return
