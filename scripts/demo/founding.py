"""Founds the demo network: comuni, officers, shops and tills, programmes, families and codes."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from ledger import AccountId, Ledger, RequestId, new_id
from ledger.core.offline import Limits
from ledger.core.phones import PIN_OVER, PhoneTerms
from ledger.core.programmes import Terms, ends_at
from ledger.core.proposals import Confirmation
from ledger.core.quantities import SECOND, Amount, Instant, euro_text
from ledger.imports.applications import read_applications
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.define_programme import define_programme, programme_id_of
from ledger.operations.fund_programme import (
    Act,
    Cover,
    Funding,
    confirm_budget,
    propose_budget,
    source_of,
)
from ledger.operations.import_applications import Target, compare_with_ledger, prepare_batch
from ledger.operations.issue_credential import NewCredential, issue_family_codes
from ledger.operations.issue_vouchers import issue_batch
from ledger.operations.join_network import (
    NewOfficer,
    NewTill,
    OfficerIds,
    add_comune,
    add_officers,
    add_shops_with_tills,
    families_of_comune,
)
from ledger.operations.open_offline import set_offline_limits, set_phone_terms
from scripts.demo.cast import NO_TELEPHONE, ComuneFacts, Resident, residents, shopkeepers

PASSWORD = "dimostrazione-2026"  # noqa: S105 -- told on the start page of every demo.
ROLES = ("officer", "approver", "treasurer", "auditor")
FOOD = ("grocery", "bakery", "butcher", "greengrocer", "pharmacy")


@dataclass(slots=True)
class Town:
    """One comune of the demo, with what the month needs to name."""

    facts: ComuneFacts
    officers: dict[str, OfficerIds]
    tills: list[NewTill]
    people: list[Resident] = field(default_factory=list)
    families: list[UUID] = field(default_factory=list)
    codes: list[NewCredential] = field(default_factory=list)
    programmes: dict[str, Funding] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The name of its book."""
        return self.facts.slug

    def officer(self, role: str) -> UUID:
        """Who acts in a role."""
        return self.officers[role].officer_id


@dataclass(frozen=True, slots=True)
class Plan:
    """One programme to found: its terms, its act and source, and what each family gets (cents)."""

    name: str
    terms: Terms
    act: Act
    source: tuple[str, str]
    amount: Amount
    share: float
    gifts: tuple[Amount, ...]
    gift_allowed: bool = False  # Whether families may give on what they do not use.
    offline_cover: Amount = 0  # Set aside, where tills may take it without network.


def key() -> RequestId:
    """A fresh key."""
    return RequestId(new_id())


def found_town(ledger: Ledger, facts: ComuneFacts, chance: random.Random, now: Instant) -> Town:
    """Join a comune: its book and keys, four officers, its shops, each with a till."""
    add_comune(
        ledger,
        facts.slug,
        name=facts.name,
        issuer=facts.issuer,
        istat=facts.istat,
        people=facts.people,
        telephone=NO_TELEPHONE,
        now=now,
    )
    staff = [NewOfficer(f"{role}.{facts.slug}", role, PASSWORD) for role in ROLES]
    officers = dict(zip(ROLES, add_officers(ledger, facts.slug, staff), strict=True))
    entries = [
        (one.name, one.category, one.address, one.vat_number, one.iban)
        for one in shopkeepers(chance, facts)
    ]
    tills = add_shops_with_tills(ledger, facts.slug, entries)
    return Town(facts, officers, tills)


def populate(town: Town, chance: random.Random, *, first: int, count: int) -> None:
    """Invent the people of a town."""
    town.people = list(residents(chance, first, count))


def commit(
    ledger: Ledger,
    slug: str,
    asked: Funding | Cover,
    *,
    by: tuple[OfficerIds, OfficerIds],
    now: Instant,
) -> None:
    """Change a programme's money, as two officers do: one proposes, the other confirms."""
    preparer, approver = (one.as_officer() for one in by)
    proposal = key()
    propose_budget(ledger, slug, asked, officer=preparer, key=proposal, now=now)
    content = asked.change(proposal, preparer.person_id).content_hash()
    seen = Confirmation(proposal, content)
    decision = confirm_budget(ledger, slug, seen, officer=approver, key=key(), now=now)
    assert decision.accepted, decision.code


def run_plan(  # noqa: PLR0917 -- a script's own order.
    ledger: Ledger,
    town: Town,
    plan: Plan,
    chance: random.Random,
    now: Instant,
    tell: Callable[[int, int], None],
    *,
    commits: Callable[..., None] = commit,
) -> None:
    """Found one programme: define, fund, import, approve by the second officer, issue.

    `commits`: how its act gives it money.
    """
    request = key()
    officer = town.officer("officer")
    define_programme(ledger, town.slug, plan.terms, officer=officer, key=request, now=now)
    kind, name = plan.source
    programme = programme_id_of(request)
    funding = Funding(programme, plan.act, kind, name, plan.amount, plan.gift_allowed)
    pair = town.officers["officer"], town.officers["approver"]
    commits(ledger, town.slug, funding, by=pair, now=now)
    if plan.offline_cover:
        _open_offline(ledger, town, plan, funding, now)
    town.programmes[plan.name] = funding
    chosen = [one for one in town.people if chance.random() < plan.share]
    if chosen and plan.gifts:
        gifts = [(one, chance.choice(plan.gifts)) for one in chosen]
        issue_list(ledger, town, funding, gifts, round_name="1", now=now, tell=tell)


def _open_offline(ledger: Ledger, town: Town, plan: Plan, funding: Funding, now: Instant) -> None:
    """Let shops sell without network until it ends, to slips and phones: limits, and the cover."""
    pair = town.officers["officer"], town.officers["approver"]
    limits = Limits(
        last_offline=ends_at(plan.terms.ends_on) // SECOND - 1, slip_cents=10_00,
        shop_cents=200_00, unsynced=20, guarantee_seconds=24 * 3600,
    )  # fmt: skip
    decision = set_offline_limits(
        ledger, town.slug, funding.programme_id, limits,
        signed_by=(pair[0].as_officer(), pair[1].as_officer()), key=key(), now=now,
    )  # fmt: skip
    assert decision.accepted, decision.code
    allowed = set_phone_terms(
        ledger, town.slug, funding.programme_id, PhoneTerms(20_00, 40_00, PIN_OVER),
        signed_by=(pair[0].as_officer(), pair[1].as_officer()), key=key(), now=now,
    )  # fmt: skip
    assert allowed.accepted, allowed.code
    source = source_of(ledger, town.slug, funding.programme_id, funding.fund())
    commit(ledger, town.slug, Cover(source, plan.offline_cover), by=pair, now=now)


def issue_list(
    ledger: Ledger,
    town: Town,
    funding: Funding,
    gifts: Sequence[tuple[Resident, Amount]],
    *,
    round_name: str,
    now: Instant,
    fund: AccountId | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> None:
    """Import a list as a comune would export it, have it approved, issue it.

    `fund`: another than the programme's own, as that of what families gave.
    """
    lines = ["Codice fiscale;Cognome;Nome;Importo"]
    lines += [f"{p.fiscal_code};{p.surname};{p.name};{euro_text(cents)}" for p, cents in gifts]
    preview = read_applications("\r\n".join(lines).encode("utf-8-sig"))
    assert not preview.problems, preview.problems[:3]
    target = Target(funding.programme_id, fund or funding.fund(), round_name)
    compared = compare_with_ledger(ledger, town.slug, preview, target)
    preparer, approver = town.officers["officer"], town.officers["approver"]
    draft = prepare_batch(
        ledger, town.slug, compared, target, prepared_by=preparer.person_id, now=now
    )
    approval = Approval(draft.batch_id, draft.content_hash, draft.total_cents)
    approved = approve_batch(
        ledger, town.slug, approval, approver=approver.as_officer(), key=key(), now=now
    )
    assert approved.accepted, approved.code
    issue_batch(ledger, town.slug, draft.batch_id, now=now, progress=tell)


def give_codes(ledger: Ledger, town: Town, now: Instant) -> None:
    """Give every family that has none its code and PIN."""
    known = set(town.families)
    town.families = families_of_comune(ledger, town.slug)
    new = [family for family in town.families if family not in known]
    town.codes += issue_family_codes(ledger, town.slug, new, now=now)


def food_plan(starts: date, ends: date, amount: Amount) -> Plan:
    """Food vouchers from the state's grant, as in the real call of 2020."""
    terms = Terms(
        "Buoni spesa alimentari",
        "Per generi alimentari, igiene e farmaci. Esclusi alcolici, tabacchi e ricariche.",
        starts,
        ends,
        FOOD,
    )
    act = Act("42", starts, "Impegno di spesa per buoni alimentari (dimostrazione)")
    source = ("state", "Fondo di solidarietà alimentare")
    return Plan("food", terms, act, source, amount, 1.0, (150_00, 200_00, 250_00, 300_00))


def household_plan(starts: date, ends: date) -> Plan:
    """150 a month a household, as the pilot of Seveso and Limbiate gave in 2015."""
    terms = Terms(
        "Famiglia Portavalori, 150 al mese",
        "Un buono al mese per la famiglia, da spendere nei negozi della Rete.",
        starts,
        ends,
    )
    act = Act("57", starts, "Progetto Famiglia Portavalori (dimostrazione)")
    return Plan(
        "household", terms, act, ("donor", "Fondazione (inventata)"), 41_000_00, 0.12, (150_00,),
        gift_allowed=True, offline_cover=1_000_00,
    )  # fmt: skip


def shopping_plan(starts: date, ends: date) -> Plan:
    """Sets of 5 + 15 + 30 by kind of shop, as Piove di Sacco issued; slips, so no list."""
    terms = Terms(
        "Buoni shopping 5 + 15 + 30",
        "5 in bar e panifici, 15 in librerie e fioristi, 30 in abbigliamento e ristoranti.",
        starts,
        ends,
    )
    act = Act("63", starts, "Sostegno al commercio di vicinato (dimostrazione)")
    return Plan("shopping", terms, act, ("comune", "Bilancio comunale"), 30_000_00, 0.0, ())


def paper_plan(starts: date, ends: date) -> Plan:
    """Slips that a shop takes also when the network is down."""
    terms = Terms(
        "Tagliandi per la spesa",
        "Di carta, da 5 e 10 euro: si usano anche dove manca la rete.",
        starts,
        ends,
        FOOD,
    )
    act = Act("64", starts, "Tagliandi per la spesa (dimostrazione)")
    source = ("comune", "Bilancio comunale")
    return Plan("paper", terms, act, source, 20_000_00, 0.0, (), offline_cover=10_000_00)


def summer_plan(starts: date, ends: date) -> Plan:
    """A small programme that ended during the month: its vouchers expired."""
    terms = Terms(
        "Buoni centri estivi", "Terminato: quanto non speso è tornato alla fonte.", starts, ends
    )
    act = Act("31", starts, "Contributi centri estivi (dimostrazione)")
    return Plan(
        "summer", terms, act, ("region", "Regione (dimostrazione)"), 20_000_00, 0.2, (40_00, 80_00)
    )
