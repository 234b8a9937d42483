"""What is printed for families: names, codes and PINs opened from the vault, vouchers beside them.

Only an officer's print asks for this; nothing of it is kept. Not here: the PDF (`ledger.exports`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.ids import AccountId
from ledger.core.vouchers import Voucher
from ledger.reports.made_up import made_up_vouchers
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.network.credentials import active_credentials, person_of
from ledger.store.people import papers_of
from ledger.store.registers.vouchers import voucher, vouchers_of
from ledger.store.signing import Signer
from ledger.token.text import Environment


@dataclass(frozen=True, slots=True)
class ToPrint:
    """One family's letter: who, the signed text, the typed code and the PIN, its open vouchers.

    `made_up`: those whose amount came from a table that was made up.
    """

    family_id: UUID
    name: str
    token: str
    code: str
    pin: str
    vouchers: tuple[Voucher, ...]
    made_up: frozenset[AccountId] = frozenset()


@dataclass(frozen=True, slots=True)
class FamilyOfBatch:
    """One family that a batch gave a voucher to."""

    family_id: UUID


OF_BATCH = query(
    """
    SELECT DISTINCT family_id FROM voucher
     WHERE book_no = :book_no AND batch_id = :batch ORDER BY family_id
    """,
    FamilyOfBatch,
    ids="family_id",
    given="batch",
)


def families_of_batch(ledger: Ledger, book_no: int, batch_id: UUID) -> tuple[UUID, ...]:
    """The families that a batch gave vouchers to."""
    with ledger.reading() as db:
        found = rows(db, OF_BATCH, FamilyOfBatch, {"book_no": book_no, "batch": batch_id})
    return tuple(one.family_id for one in found)


def letters_to_print(
    ledger: Ledger, issuer: str, book_no: int, families: Sequence[UUID]
) -> tuple[ToPrint, ...]:
    """Open what is printed for these families; those erased or without a code are left out."""
    signer = Signer(ledger, Environment.REAL)
    gathered = [(family, *_of(ledger, book_no, family)) for family in families]
    papers = papers_of(ledger, [who for _family, who, _code, _vouchers in gathered if who])
    letters = []
    made_up = made_up_vouchers(ledger, book_no, families)
    for family, who, credential, vouchers in gathered:
        known = papers.get(who, {}) if who else {}
        code = known.get(f"code:{credential.id.hex}") if credential else None
        if credential is None or code is None:
            continue
        name = f"{known.get('name', '')} {known.get('surname', '')}".strip()
        pin = known.get(f"pin:{credential.id.hex}", "")
        token = signer.family_code(credential, issuer)
        synthetic = frozenset(one.id for one in vouchers if one.id in made_up)
        letters.append(ToPrint(family, name, token, code, pin, vouchers, synthetic))
    return tuple(letters)


def _of(
    ledger: Ledger, book_no: int, family: UUID
) -> tuple[UUID | None, Credential | None, tuple[Voucher, ...]]:
    with ledger.reading() as db:
        found = active_credentials(db, family)
        open_ones = tuple(one for one in vouchers_of(db, book_no, family) if not one.closed)
        return person_of(db, family), found[0] if found else None, open_ones


@dataclass(frozen=True, slots=True)
class SlipToPrint:
    """One slip's paper: the signed text, the typed code, and what it is worth where."""

    token: str
    code: str
    voucher: Voucher


@dataclass(frozen=True, slots=True)
class _Slip:
    slip: AccountId


SLIPS = query(
    """
    SELECT v.voucher_id AS slip FROM voucher v
      JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id
     WHERE v.book_no = :book_no AND v.family_id = :family AND v.kind = 'slip' AND a.closed = 0
       AND a.credits_posted > a.debits_posted
     ORDER BY v.log_index, v.row_no
    """,
    _Slip,
    ids="slip",
    given="family",
)


def slips_to_print(
    ledger: Ledger, issuer: str, book_no: int, family: UUID
) -> tuple[SlipToPrint, ...]:
    """Open the papers of a family's slips that can still be used; none for one that was erased."""
    signer = Signer(ledger, Environment.REAL)
    with ledger.reading() as db:
        who = person_of(db, family)
        found = rows(db, SLIPS, _Slip, {"book_no": book_no, "family": family})
        slips = [
            (voucher(db, book_no, one.slip), active_credentials(db, one.slip)) for one in found
        ]
    known = papers_of(ledger, [who]).get(who, {}) if who is not None else {}
    papers = []
    for one, credentials in slips:
        code = known.get(f"code:{credentials[0].id.hex}") if credentials else None
        if one is None or code is None:
            continue
        token = signer.slip(credentials[0], issuer)
        papers.append(SlipToPrint(token, code, one))
    return tuple(papers)
