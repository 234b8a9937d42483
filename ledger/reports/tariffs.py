"""Tariffs as pages show them: what is in force on a day, what waits, what came before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from ledger.core.entitlement.tariff import Tariff, parse_tariff
from ledger.store.book import Ledger
from ledger.store.registers.tariffs import TariffVersion, all_versions, versions_of


@dataclass(frozen=True, slots=True)
class TariffBoard:
    """One tariff: its versions, newest first."""

    tariff_id: UUID
    versions: tuple[TariffVersion, ...]

    @property
    def book_no(self) -> int:
        """Whose it is."""
        return self.versions[0].book_no

    @property
    def newest(self) -> Tariff:
        """What was written last, signed or not."""
        return parse_tariff(self.versions[0].text)

    @property
    def waiting(self) -> TariffVersion | None:
        """The newest version, if nobody else has signed it yet."""
        return None if self.versions[0].approved_by else self.versions[0]

    def in_force(self, day: date) -> Tariff | None:
        """What two persons signed and what counts on a day; None: nothing yet."""
        signed = [parse_tariff(one.text) for one in self.versions if one.approved_by]
        return next((one for one in signed if one.starts_on <= day), None)

    def signed(self) -> Tariff | None:
        """The newest that two persons signed, whenever it begins to count."""
        return next((parse_tariff(one.text) for one in self.versions if one.approved_by), None)


def tariff_board(ledger: Ledger, book_no: int, tariff_id: UUID) -> TariffBoard | None:
    """One tariff of a comune, or None."""
    with ledger.reading() as db:
        found = versions_of(db, tariff_id)
    return TariffBoard(tariff_id, found) if found and found[0].book_no == book_no else None


def tariff_boards(ledger: Ledger, book_no: int) -> tuple[TariffBoard, ...]:
    """All tariffs of a comune, by title."""
    with ledger.reading() as db:
        found = all_versions(db, book_no)
    boards = [TariffBoard(one, tuple(rows)) for one, rows in _by_tariff(found)]
    return tuple(sorted(boards, key=lambda one: (one.newest.title, one.tariff_id.hex)))


def _by_tariff(
    found: Iterable[TariffVersion],
) -> Iterable[tuple[UUID, Iterable[TariffVersion]]]:
    return groupby(found, lambda one: one.tariff_id)
