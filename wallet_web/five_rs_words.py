"""The words of the 5R report: each R in plain sentences, its lines, what may not be compared."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wallet_web.languages import mark


class Letter(NamedTuple):
    """One R: its name, the question it answers, and how its ratio is to be read."""

    title: str
    question: str
    ratio: str


LETTERS: Final[Mapping[str, Letter]] = {
    "raccogliere": Letter(
        mark("Raccogliere"),
        mark("Quanto denaro è entrato, e da chi?"),
        mark("Ciò che il Fondo Sociale passa a un’iniziativa non si conta due volte."),
    ),
    "redistribuire": Letter(
        mark("Redistribuire"),
        mark("A quante famiglie è arrivato, e quanto è stato speso nei negozi?"),
        mark("Non usato: quanto resta, su ogni euro dei buoni il cui termine è finito."),
    ),
    "rigenerare": Letter(
        mark("Rigenerare"),
        mark("Quanto denaro nuovo nasce dal circuito, per ogni euro di buoni speso?"),
        mark(
            "La parte del Fondo Sociale negli sconti, divisa per i buoni spesi: quanti centesimi"
            " per ogni euro (cent/€)."
        ),
    ),
    "rendere": Letter(
        mark("Rendere"),
        mark("Quanto valore torna alla comunità, per ogni euro pubblico speso?"),
        mark(
            "Ore donate (10,00 euro l’una, solo come misura), Fondo Sociale e sconti alle famiglie,"
            " divisi per il denaro pubblico speso: centesimi per ogni euro (cent/€)."
        ),
    ),
    "responsabilizzare": Letter(
        mark("Responsabilizzare"),
        mark("Quante famiglie aiutate hanno restituito qualcosa, per loro scelta?"),
        mark("Le famiglie che hanno donato ore, su tutte quelle che hanno avuto un buono."),
    ),
}

LINES: Final[Mapping[str, str]] = {
    "comune": mark("Dal bilancio dei Comuni"),
    "state": mark("Dallo Stato"),
    "region": mark("Dalla Regione"),
    "donor": mark("Da donatori e fondazioni, alle iniziative"),
    "social_fund": mark("Dal Fondo Sociale della Rete"),
    "discounts": mark("Sconti dei negozi del circuito"),
    "social_fund_donations": mark("Donazioni al Fondo Sociale"),
    "issued": mark("Buoni emessi"),
    "spent": mark("Buoni spesi nei negozi"),
    "households": mark("Famiglie con almeno un buono"),
    "ended_cents": mark("Valore dei buoni il cui termine è finito"),
    "unspent_cents": mark("Di questi, non usato"),
    "unspent_share": mark("Parte non usata"),
    "fund": mark("Parte del Fondo Sociale negli sconti"),
    "rate": mark("Tasso di autofinanziamento"),
    "hours": mark("Ore donate"),
    "bonus": mark("Sconti alle famiglie"),
    "public_spent": mark("Denaro pubblico speso"),
    "yield": mark("Rendimento"),
    "giving_back": mark("Famiglie che hanno donato ore"),
    "share": mark("Partecipazione"),
    "hours_per_household": mark("Ore per famiglia"),
}

TRENDS: Final[Mapping[str, str]] = {
    "raccogliere": mark("Raccolto, mese per mese"),
    "redistribuire": mark("Speso nei negozi, mese per mese"),
    "rigenerare": mark("Al Fondo Sociale dagli sconti, mese per mese"),
    "rendere": mark("Tornato alla comunità (ore, Fondo Sociale, sconti), mese per mese"),
    "responsabilizzare": mark("Ore donate, mese per mese"),
}

# For a council, in one breath: the figures of each R, by their names.
SENTENCES: Final[Mapping[str, str]] = {
    "redistribuire": mark(
        "Sono stati emessi buoni per %(issued)s; nei negozi del territorio ne sono stati spesi"
        " %(spent)s. Le famiglie raggiunte sono %(households)s."
    ),
    "rigenerare": mark(
        "Gli sconti dei negozi hanno fatto nascere %(fund)s per il Fondo Sociale, mentre le"
        " famiglie spendevano %(spent)s di buoni."
    ),
    "rendere": mark(
        "A fronte di %(public_spent)s di denaro pubblico speso sono tornati alla comunità"
        " %(fund)s al Fondo Sociale, %(bonus)s di sconti alle famiglie e %(hours)s donate."
    ),
    "responsabilizzare": mark(
        "Di %(households)s famiglie aiutate, %(giving_back)s hanno donato del tempo, per loro"
        " scelta: l’aiuto non dipende mai dalle ore."
    ),
}

GLOSSARY: Final[Mapping[str, str]] = {
    mark("Buono"): mark(
        "Denaro pubblico o donato, con uno scopo, che una famiglia spende nei negozi."
    ),
    mark("Sconto"): mark(
        "Ciò che un negozio del circuito toglie a un acquisto fatto con denaro proprio: una parte"
        " va al Fondo Sociale, il resto alla famiglia."
    ),
    mark("Fondo Sociale"): mark(
        "Il denaro comune della Rete: parte degli sconti e donazioni; finanzia iniziative dei"
        " Comuni."
    ),
    mark("Ora"): mark(
        "Tempo donato e ricevuto. Non diventa mai denaro: il valore serve a misurare."
    ),
    mark("Denaro pubblico"): mark("Ciò che viene da Stato, Regione e Comune."),
    mark("n/d"): mark("Non c’è nulla per cui dividere."),
}
