"""Open data: what a CSV's columns mean (CSVW), and the catalogue that portals read (DCAT-AP_IT).

JSON-LD, written out here: two small documents that never vary in shape. Addresses come from whoever
serves them. Not here: the rows (`ledger.reports.public_totals`) and the CSV (`tables`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ledger.exports.tables import Heading, Kind

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
MONTHLY: Final = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
CSV_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/CSV"
DATATYPES: Final[dict[Kind, object]] = {
    Kind.WORDS: "string",
    Kind.COUNT: "integer",
    Kind.AMOUNT: {"base": "decimal", "format": "0.00"},
    Kind.DAY: {"base": "date", "format": "yyyy-MM-dd"},
    Kind.MONTH: "gYearMonth",
    Kind.MOMENT: "datetime",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its name, what it holds, and what that means."""

    name: str
    kind: Kind
    meaning: str

    @property
    def heading(self) -> Heading:
        """As tables want it."""
        return Heading(self.name, self.kind)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a data set: its name, its code in the index of public bodies, its address."""

    name: str
    code: str
    page: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """One comune's data: when it last grew, and its files by title."""

    title: str
    description: str
    publisher: Publisher
    modified: date
    files: tuple[tuple[str, str], ...]  # Title, address.


def csvw(address: str, title: str, columns: Sequence[Column]) -> dict[str, Any]:
    """What a CSV file holds. Source: W3C Tabular Metadata."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": address,
        "dc:title": title,
        "dc:license": {"@id": LICENCE},
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": one.name,
                    "titles": one.name,
                    "dc:description": one.meaning,
                    "datatype": DATATYPES[one.kind],
                    "required": False,
                }
                for one in columns
            ]
        },
    }


def catalogue(address: str, title: str, sets: Sequence[DataSet]) -> dict[str, Any]:
    """The catalogue of a network's data sets. Source: DCAT-AP_IT 1.1."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcatapit": "http://dati.gov.it/onto/dcatapit#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": address,
        "@type": ["dcat:Catalog", "dcatapit:Catalog"],
        "dct:title": _italian(title),
        "dct:description": _italian(title),
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/ITA"},
        "dct:modified": _on(max((one.modified for one in sets), default=date.min)),
        "dct:publisher": [_agent(one.publisher) for one in sets],
        "dcat:dataset": [_data_set(one) for one in sets],
    }


def _data_set(one: DataSet) -> dict[str, Any]:
    return {
        "@id": one.publisher.page,
        "@type": ["dcat:Dataset", "dcatapit:Dataset"],
        "dct:identifier": f"{one.publisher.code}:portavalori",
        "dct:title": _italian(one.title),
        "dct:description": _italian(one.description),
        "dct:modified": _on(one.modified),
        "dct:accrualPeriodicity": {"@id": MONTHLY},
        "dct:rightsHolder": _agent(one.publisher),
        "dcat:theme": {"@id": THEME},
        "dcat:landingPage": {"@id": one.publisher.page},
        "dcat:distribution": [_file(title, address) for title, address in one.files],
    }


def _file(title: str, address: str) -> dict[str, Any]:
    return {
        "@id": address,
        "@type": ["dcat:Distribution", "dcatapit:Distribution"],
        "dct:title": _italian(title),
        "dct:format": {"@id": CSV_TYPE},
        "dct:license": {"@id": LICENCE},
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dct:conformsTo": {"@id": f"{address}-metadata.json"},
    }


def _agent(one: Publisher) -> dict[str, Any]:
    return {
        "@id": f"{one.page}#ente",
        "@type": ["foaf:Agent", "dcatapit:Agent"],
        "dct:identifier": one.code,
        "foaf:name": f"Comune di {one.name}",
    }


def _italian(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "it"}


def _on(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}
