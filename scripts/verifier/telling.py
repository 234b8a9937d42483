"""The report for people, Italian first, and as one JSON object. Not here: the checks (`verify`)."""

from datetime import UTC, datetime
from typing import Any, Final

from scripts.verifier.crossing import in_transit
from scripts.verifier.state import Book, Unit
from scripts.verifier.verify import Report
from scripts.verifier.words import sentence

PROVED: Final = (
    (
        "Ogni decisione è al suo posto, scritta in un solo modo, ed è quella firmata.",
        "Every decision is in its place, written in its one way, and is the one that was signed.",
    ),
    (
        "Ogni importo, saldo, limite e rifiuto segue dalle richieste e dalle regole del libro.",
        "Every amount, balance, bound and refusal follows from the requests and the book's rules.",
    ),
    (
        "In ogni momento la cassa era uguale a quanto promesso, dovuto e non ancora assegnato.",
        "At every moment the treasury was what was promised, owed and not yet assigned.",
    ),
    (
        "Nessuna richiesta è stata decisa due volte; nessun rimborso supera la sua spesa.",
        "No request was decided twice; no refund exceeds what it gives back.",
    ),
)
SEEN: Final = (
    "Abbastanza Comuni testimoni hanno visto questo stesso registro: non ce n'è un altro per loro.",
    "Enough witnesses saw this very log: no other one was shown to them.",
)
NOT_PROVED: Final = (
    (
        "Che dietro un conto ci sia una persona, o che la merce sia stata consegnata.",
        "That there is a person behind an account, or that goods were handed over.",
    ),
    (
        "Che non sia stata lasciata fuori una richiesta che nessuno ha registrato.",
        "That no request was left out before anybody logged it.",
    ),
    (
        "Che gli atti, l'ISEE o i mandati citati esistano fuori dal libro.",
        "That the acts, applications or payment orders exist outside the book.",
    ),
)
OWN_KEYS: Final = (
    "Di chi sono le chiavi: sono del pacco, che così concorda solo con sé stesso (--policy).",
    "Whose keys these are: they are the bundle's own, which so agrees only with itself (--policy).",
)
ALONE: Final = (
    "Che non esista un'altra storia: nessun Comune testimone ha visto questo registro.",
    "That there is no other history: no witness has seen this log.",
)
ONE_SIDE: Final = (
    "Che l'altro libro dica lo stesso del denaro passato tra i due: serve il suo pacco (--with).",
    "That the other book says the same of money passed between them: it takes its bundle (--with).",
)
BOTH_SIDES: Final = (
    "Ogni messaggio di denaro tra questo libro e {} è lo stesso nei due; in viaggio: {} centesimi.",
    "Each message of money between this book and {} is the same in both; in transit: {} cents.",
)
OPENINGS: Final = {
    "made": ("L'apertura è di un impegno del libro.", "The opening is of a commitment here."),
    "erased": ("L'apertura è di un impegno cancellato.", "The opening is of an erased one."),
    "unknown": ("L'apertura non è di questo libro.", "The opening is not of this book."),
}


def exit_code(report: Report) -> int:
    """0 only if all is proved."""
    return 1 if report.findings else 0


def as_words(report: Report, *, english: bool = False) -> str:
    """The report in sentences."""
    about, pick = report.about, int(english)
    lines = [f"{about.book} ({about.origin})", *_figures(report, english=english), ""]
    if report.findings:
        lines.append("NOT PROVED" if english else "NON PROVATO")
        lines += [f"  ✗ {sentence(one, english=english)}" for one in report.findings]
        if report.broken:
            stop = "Da lì in poi nulla è stato ricalcolato.", "Nothing after it was recomputed."
            lines.append(f"  {stop[pick]}")
        return "\n".join(lines)
    lines.append("PROVED" if english else "PROVATO")
    told = [*PROVED, SEEN] if _is_witnessed(report) else PROVED
    lines += [f"  ✓ {one[pick]}" for one in told]
    if report.after is not None:
        grown = (
            "Rispetto al tuo sigillo di {} decisioni è solo cresciuto.",
            ("It has only grown since your checkpoint of {} decisions."),
        )
        lines.append(f"  ✓ {grown[pick].format(report.after)}")
    if report.beside is not None:
        moving = in_transit(report.replay.crossings)
        lines.append(f"  ✓ {BOTH_SIDES[pick].format(report.beside, moving)}")
    lines += ["", "What this does not prove" if english else "Che cosa questo non prova"]
    lines += [f"  · {one[pick]}" for one in _limits(report)]
    return "\n".join(lines)


def _is_witnessed(report: Report) -> bool:
    policy = report.policy  # Keys that the bundle brings along prove nothing about others.
    return policy.given and 0 < policy.quorum <= len(report.seen)


def _limits(report: Report) -> list[tuple[str, str]]:
    told = list(NOT_PROVED)
    if not report.policy.given:
        told.insert(0, OWN_KEYS)
    if not report.seen:
        told.insert(0, ALONE)
    if report.replay.crossings and report.beside is None:
        told.append(ONE_SIDE)
    return told


def _figures(report: Report, *, english: bool) -> list[str]:
    book, pick = report.replay.book, int(english)
    words = (
        "{} decisioni, di cui {} accettate; {} movimenti; {} sigilli firmati",
        "{} decisions, {} of them accepted; {} transfers; {} signed checkpoints",
    )
    counts = report.leaves, report.replay.accepted, len(book.given), report.checkpoints
    lines = [words[pick].format(*counts)]
    for unit in book.units.values():
        each = (
            "  {}: dare {} = avere {}; cassa e crediti {}",
            "  {}: debits {} = credits {}; treasury and claims {}",
        )
        lines.append(each[pick].format(unit.name, unit.posted, unit.posted, unit.own))
    for name, seconds in sorted(report.seen.items()):
        seen = "  visto da {} il {}", "  seen by {} at {}"
        lines.append(seen[pick].format(name, _when(seconds)))
    kept = report.commitments
    persons = (
        "  impegni su persone: {} apribili, {} cancellati, {} mancanti, {} cancellati dopo",
        "  commitments: {} held, {} erased, {} missing, {} erased later",
    )
    lines.append(persons[pick].format(kept.held, kept.erased, kept.missing, kept.later))
    if report.opening is not None:
        lines.append(f"  {OPENINGS[report.opening][pick]}")
    return lines


def _when(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def as_json(report: Report) -> dict[str, Any]:
    """The report as one object; the same bundle gives the same one."""
    about, book, kept = report.about, report.replay.book, report.commitments
    return {
        "ok": not report.findings,
        "book": about.book,
        "origin": about.origin,
        "log_index": about.size,
        "root": about.root,
        "policy": "given" if report.policy.given else "as told by the bundle",
        "witnesses": report.seen,
        "quorum": report.policy.quorum,
        "checkpoints": report.checkpoints,
        "after": report.after,
        "opening": report.opening,
        "messages": {
            "beside": report.beside, "entries": len(report.replay.crossings),
            "in_transit": in_transit(report.replay.crossings),
        },
        "recomputed": len(book.decided),
        "accepted": report.replay.accepted,
        "codes": dict(sorted(report.codes.items())),
        "transfers": len(book.given),
        "units": [_unit(book, unit) for unit in book.units.values()],
        "commitments": {
            "held": kept.held, "erased": kept.erased, "later": kept.later, "missing": kept.missing,
        },
        "findings": [
            {
                "kind": one.kind, "place": one.place, "row": one.row,
                "detail": sentence(one, english=True), "dettaglio": sentence(one, english=False),
            }
            for one in report.findings
        ],
        "proved": [] if report.findings else [one[1] for one in PROVED],
        "not_proved": [one[1] for one in _limits(report)],
    }  # fmt: skip


def _unit(book: Book, unit: Unit) -> dict[str, Any]:
    kinds: dict[str, int] = {}
    for account in book.numbered:
        if account.unit is unit:
            kinds[account.kind] = kinds.get(account.kind, 0) + account.balance()
    return {
        "unit": unit.name, "debits": unit.posted, "credits": unit.posted, "pending": unit.held,
        "balances": dict(sorted(kinds.items())),
    }  # fmt: skip
