"""What families and citizens of the demo give, and what families decide: gifts, donations, votes.

All people are invented. Not here: programmes and sales (`founding`, `month`).
"""

import random
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger import Ledger, random_id
from ledger.core.gifts import gift_fund
from ledger.core.programmes import day_of
from ledger.core.proposals import Confirmation
from ledger.core.quantities import DAY, Amount, Instant
from ledger.core.votes import PREFIX_SIZE, Ballot, Option, VoteTerms
from ledger.operations.close_vote import close_vote, count_paper
from ledger.operations.fund_programme import Funding, confirm_budget
from ledger.operations.give_voucher import Gift, give_voucher
from ledger.operations.open_vote import open_vote, propose_vote
from ledger.operations.record_donation import Donor, NewDonation, propose_donation
from ledger.operations.sign_in import credential_of_id
from ledger.operations.vote import cast_ballot, draw_ballot, give_paper, public_key
from ledger.reports.family_page import family_vouchers
from ledger.reports.gifts import gift_sources
from ledger.reports.proposals_page import proposal
from ledger.reports.votes import vote_page
from scripts.demo.ballots import blinded, unblinded
from scripts.demo.founding import Town, issue_list, key

SEED: Final = 2015_02
GIVERS: Final = 4
VOTERS: Final = 24  # At least; in a large comune so many in a hundred, above the quorum.
VOTERS_PERCENT: Final = 12
QUORUM: Final = 10
ON_PAPER: Final = 6
AT_STAKE: Final[Amount] = 1_500_00
GIFT: Final[Amount] = 20_00
AGAIN: Final[Amount] = 60_00


def by_phone(families: int) -> int:
    """How many vote by phone: enough for the quorum, however many families there are."""
    return max(VOTERS, families * VOTERS_PERCENT // 100)


def be_generous(ledger: Ledger, town: Town, now: Instant) -> None:
    """Some families give on, two citizens donate, and one vote is decided while another is open."""
    chance = random.Random(SEED)  # noqa: S311 -- the same story each time; it guards nothing.
    household = town.programmes.get("household")
    if household is None or len(town.families) <= VOTERS + ON_PAPER:
        return
    _gifts(ledger, town, household, now)
    _donations(ledger, town, household, now)
    _decided(ledger, town, chance, now)
    _opened(ledger, town, replace(_terms(now), opens_at=now - DAY, closes_at=now + 14 * DAY), now)


def _gifts(ledger: Ledger, town: Town, household: Funding, now: Instant) -> None:
    """What is given on is issued to a family that has none, by the ordinary list."""
    book = ledger.book(town.slug)
    given = 0
    for code in town.codes:
        credential = credential_of_id(ledger, code.credential_id)
        if credential is None or given >= GIVERS * GIFT:
            break
        for one in family_vouchers(ledger, book.book_no, credential.target_id, now=now):
            if one.can_be_given and one.available_cents >= GIFT:
                asked = Gift(one.id, GIFT)
                done = give_voucher(ledger, asked, credential=credential, key=key(), now=now)
                assert done.accepted, done.code
                given += GIFT
                break
    [source] = [
        one
        for one in gift_sources(ledger, book.book_no)
        if one.gift_fund == gift_fund(household.fund())
    ]
    if source.left_cents >= AGAIN:  # The rest waits, for who tries the demo to issue it.
        gifts = [(town.people[-1], AGAIN)]
        issue_list(
            ledger, town, household, gifts, round_name="sospesi", fund=source.gift_fund, now=now
        )


def _donations(ledger: Ledger, town: Town, household: Funding, now: Instant) -> None:
    officer, approver = (town.officers[role].as_officer() for role in ("officer", "approver"))
    received = day_of(now) - timedelta(days=3)
    for at, (cents, purpose) in enumerate(((250_00, "Per le famiglie"), (1_000_00, "Per Natale"))):
        one = town.people[-2 - at]
        donor = Donor(one.fiscal_code, f"{one.name} {one.surname}", "Via Inventata 7")
        asked, proposed = NewDonation(household.programme_id, cents, received, purpose), key()
        propose_donation(ledger, town.slug, asked, donor, officer=officer, key=proposed, now=now)
        shown = proposal(ledger, ledger.book(town.slug).book_no, proposed)
        assert shown is not None
        seen = Confirmation(shown.proposal_id, shown.content_hash)
        done = confirm_budget(ledger, town.slug, seen, officer=approver, key=key(), now=now)
        assert done.accepted, done.code


def _terms(now: Instant) -> VoteTerms:
    options = (
        Option("Libri di scuola", "Un buono di 50,00 a settembre per chi ha figli", "family"),
        Option("Spesa di dicembre", "Un buono in più per le famiglie già aiutate", "association"),
        Option("Corsi d’italiano", "Un buono per i corsi della sera", "comune"),
    )
    question = "Come spendere la parte del fondo che decidono le famiglie?"
    opens, closes = now - 20 * DAY, now - 6 * DAY
    return VoteTerms("Il fondo delle famiglie", question, AT_STAKE, opens, closes, QUORUM, options)


def _opened(ledger: Ledger, town: Town, terms: VoteTerms, now: Instant) -> UUID:
    officer, approver = (town.officers[role].as_officer() for role in ("officer", "approver"))
    vote_id = random_id()
    propose_vote(ledger, town.slug, terms, officer=officer, vote_id=vote_id, now=now)
    done = open_vote(
        ledger, town.slug, vote_id, terms.content_hash(), officer=approver, key=key(), now=now
    )
    assert done.accepted, done.code
    return vote_id


def _decided(ledger: Ledger, town: Town, chance: random.Random, now: Instant) -> None:
    """A vote of the weeks before: by phone and on paper, counted by two."""
    terms = _terms(now)
    vote_id = _opened(ledger, town, terms, terms.opens_at)
    phones = by_phone(len(town.families))
    voters = chance.sample(town.families, phones + ON_PAPER)
    book_no = ledger.book(town.slug).book_no
    found = vote_page(ledger, book_no, vote_id)
    assert found is not None
    voting = terms.opens_at + 2 * DAY
    for family in voters[:phones]:
        choice = chance.choices((0, 1, 2, 3), (1, 4, 9, 3))[0]
        ballot = _drawn(ledger, book_no, vote_id, family, choice, public_key(found.kept), voting)
        cast_ballot(ledger, town.slug, vote_id, ballot, now=voting)
    officer, approver = (town.officers[role].as_officer() for role in ("officer", "approver"))
    for family in voters[phones:]:
        give_paper(ledger, town.slug, vote_id, family, officer=officer, now=voting)
    paper = (0, 2, ON_PAPER - 2, 0)
    count_paper(ledger, town.slug, vote_id, paper, officer=officer, now=now)
    done = close_vote(ledger, town.slug, vote_id, paper, officer=approver, key=key(), now=now)
    assert done.accepted, done.code


def _drawn(  # noqa: PLR0917 -- whose ballot, of which vote.
    ledger: Ledger,
    book_no: int,
    vote_id: UUID,
    family: UUID,
    choice: int,
    public: RSAPublicKey,
    now: Instant,
) -> Ballot:
    plain = Ballot(choice, secrets.token_bytes(PREFIX_SIZE), b"")
    hidden, inverse = blinded(public, plain.message(vote_id))
    signed = draw_ballot(ledger, book_no, vote_id, family, hidden, now=now)
    return replace(plain, signature=unblinded(public, signed, inverse))
