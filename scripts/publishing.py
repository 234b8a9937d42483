"""The loop that publishes every book's log: seal, sign, have it cosigned; off the hot path.

Where the log's domain is not set, nothing is published. Not here: one round of one book
(`ledger.operations.publish_checkpoint`), and how a witness is reached (`witness.client`).
"""

import logging
import threading
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger import Ledger, QueueFull, ReadOnly, WriterStopped
from ledger.operations.publish_checkpoint import (
    collect_cosignatures,
    log_key_of,
    origin_of,
    publish_checkpoint,
)
from ledger.proof.checkpoint import Contradiction
from scripts.witness.client import Asked, read_witnesses_file
from scripts.witness.memory import Witness, make_witness

logger = logging.getLogger(__name__)


class LogSettings(BaseSettings):
    """`PORTAVALORI_LOG_DOMAIN`, `…_WITNESSES` (the list), `…_CHECKPOINT_SECONDS`."""

    model_config = SettingsConfigDict(env_prefix="PORTAVALORI_", frozen=True, extra="ignore")

    log_domain: str = Field(default="", pattern=r"^[a-z0-9.:-]*$")
    witnesses: Path | None = None
    checkpoint_seconds: float = Field(default=60.0, ge=1)

    def asked(self) -> Asked:
        """Whom the logs ask. Errors: `NotANote` for a list that is none, `OSError` for no file."""
        return Asked() if self.witnesses is None else read_witnesses_file(self.witnesses)


class Publisher:
    """A thread that publishes every book until it is told to stop."""

    def __init__(self, ledger: Ledger, domain: str, asked: Asked, *, every_seconds: float) -> None:
        """Begin at once, then every minute or so."""
        self._ledger, self._domain, self._asked = ledger, domain, asked
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publishing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the book that is on its way."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._round()
            if self._stop.wait(self._every):
                return

    def _round(self) -> None:
        try:
            names = [book.name for book in self._ledger.books()]
        except Exception:  # As below.
            logger.exception("no log was published this time")
            return
        for name in names:
            if not self._stop.is_set():
                publish_book(self._ledger, name, self._domain, self._asked)


def publish_book(ledger: Ledger, comune: str, domain: str, asked: Asked) -> None:
    """One round of one book. What goes wrong is told in the log, and tried again next time."""
    try:
        publish_checkpoint(ledger, comune, domain=domain, now=ledger.clock())
        witnesses = asked.of(origin_of(domain, comune))
        for one in collect_cosignatures(ledger, comune, witnesses, now=ledger.clock()):
            if not one.cosigned:
                logger.warning("the log of %s: %s did not cosign", comune, one.witness)
    except (QueueFull, WriterStopped, ReadOnly):
        pass  # Too busy, or closing: the next round finds the same things to do.
    except Contradiction:
        logger.exception("the log of %s was rewritten: nothing of it is signed", comune)
    except Exception:  # A database that is away for a while must not end the publishing.
        logger.exception("the log of %s was not published this time", comune)


def local_witnesses(ledger: Ledger, folder: Path, domain: str) -> Asked:
    """For a demo: a witness for each comune, in a folder of its own; each knows the others' logs.

    Errors: `NoWitness` for a folder that is not whole.
    """
    names = [book.name for book in ledger.books()]
    made = {name: _witness(folder / name, f"{origin_of(domain, name)}/witness") for name in names}
    for log in names:
        vkey = log_key_of(ledger, log, domain=domain, now=ledger.clock()).vkey()
        for name, one in made.items():
            if name != log:
                one.trust(vkey)
    return Asked(tuple(made.values()))


def _witness(folder: Path, name: str) -> Witness:
    return Witness(folder) if (folder / "witness.db").exists() else make_witness(folder, name)
