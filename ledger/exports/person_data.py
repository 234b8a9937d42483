"""A person's own data as one ZIP: a JSON that any program reads, a table, and what it all means.

Words and rows in, bytes out. Not here: what is told (`ledger.reports.person_data`).
Source: GDPR art. 15, 20.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ledger.core.programmes import ROME
from ledger.core.quantities import SECOND, Instant

MOMENTS: Final = frozenset({
    "told_at", "since", "issued_at", "expires_at", "prepared_at", "begins", "last", "recorded_at",
    "received_at", "cards", "phones",
})  # fmt: skip
READ_ME: Final = """\
I TUOI DATI NEL LIBRO DEI BUONI DEL COMUNE DI {comune}

Qui c'è tutto quello che il Comune tiene su di te in Portavalori (Regolamento UE 2016/679, articoli
15 e 20). Chi ha altri tuoi dati, per esempio un altro Comune, li dà a parte.

dati.json
  papers     quello che è scritto di te: nome, cognome, codice fiscale
  codes      i tuoi codici: di che tipo, se funzionano. Il codice e il PIN non ci sono: sono chiavi
  cards      da quando le tessere sanitarie della famiglia aprono i buoni, col PIN; i loro numeri
             non ci sono, perché non li teniamo
  phones     da quando i tuoi telefoni pagano per la famiglia
  applications  le tue domande ai bandi: che cosa dichiari, codice, stato
  lists      gli elenchi in cui sei, o eri: iniziativa, importo, stato
  vouchers   i tuoi buoni e tagliandi: quanto valevano, quanto resta, fino a quando
  movements  ogni movimento: quando, quanto, dove
  purchases  gli acquisti col circuito (Family Pay): quando, dove, quanto era lo scontrino
  votes      le votazioni in cui hai avuto una scheda; che cosa hai scelto non lo sa nessuno
  said       quello che il libro prova di te solo con un'impronta: sale e valori, per rifarla
             (SHA-256 del sale e dei valori in JSON canonico, ledger/FORMAT.md)
  Gli importi sono in centesimi.
movimenti.csv
  gli stessi movimenti, da aprire con un foglio di calcolo

Se qualcosa è sbagliato, o vuoi che sia cancellato, chiedilo al Comune. Per legge i movimenti di
denaro restano, senza il tuo nome.

YOUR DATA IN THE VOUCHER BOOK OF THE COMUNE OF {comune}

All that the comune holds about you in Portavalori (Regulation EU 2016/679, articles 15 and 20).
dati.json has it for programs, amounts in cents; movimenti.csv has the movements for a spreadsheet.
Codes and PINs are keys and are not in it. Ask the comune to correct or erase what is wrong.
"""


def person_pack(comune: str, told: Mapping[str, object], movements: bytes) -> bytes:
    """The ZIP; the same data give the same bytes. `told`: everything; `movements`: a CSV."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in (
            ("dati.json", _as_json(told)),
            ("movimenti.csv", movements),
            ("LEGGIMI.txt", READ_ME.format(comune=comune.upper()).encode()),
        ):
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            archive.writestr(info, content)
    return file.getvalue()


def _as_json(told: Mapping[str, object]) -> bytes:
    words = {name: _plain(name, value) for name, value in told.items()}
    return json.dumps(words, ensure_ascii=False, indent=1).encode() + b"\n"


def _plain(name: str, value: object) -> object:
    """Ids and hashes in hexadecimal, moments on the clocks of Rome with their offset."""
    if isinstance(value, dict):
        return {key: _plain(key, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, one) for one in value]
    if isinstance(value, UUID | bytes):
        return value.hex if isinstance(value, UUID) else value.hex()
    return _moment(value) if name in MOMENTS and isinstance(value, int) else value


def _moment(at: Instant) -> str:
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(ROME).isoformat(timespec="seconds")
