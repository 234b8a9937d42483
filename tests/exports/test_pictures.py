"""The pictures of figures: each is well formed, says what it shows, and hides nothing in colour."""

from xml.etree import ElementTree as ET

from ledger.exports.pictures import NARROW, Link, Said, bars, flow, shops

SVG = "{http://www.w3.org/2000/svg}"
SAID = Said("prova", "Il cammino <di> un euro", "Tutti i numeri & la tabella")


def euro(cents: int) -> str:
    return f"{cents // 100} €"


def words(drawn: str) -> list[str]:
    """The texts of a picture, which says for readers what it is."""
    tree = ET.fromstring(drawn)  # noqa: S314 -- our own.
    assert tree.get("role") == "img"
    labels = {tree.get("aria-labelledby"), tree.get("aria-describedby")}
    told = {one.get("id"): one.text for one in tree if one.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert set(told) == labels
    assert set(told.values()) == {SAID.title, SAID.text}
    assert "style" not in drawn
    return [one.text or "" for one in tree.iter(f"{SVG}text")]


def test_a_flow_names_each_place_once_with_what_goes_through_it() -> None:
    ways = [
        Link(0, "Stato", "Buoni spesa", 100_00), Link(0, "Donatori", "Buoni spesa", 20_00),
        Link(1, "Buoni spesa", "Panificio", 90_00), Link(1, "Buoni spesa", "Bar & caffè", 30_00),
        Link(2, "Panificio", "Fondo", 1_00), Link(1, "Buoni spesa", "Mai", -5_00),
    ]  # fmt: skip
    drawn = flow(SAID, ways, euro)
    told = words(drawn)
    assert told.count("Buoni spesa") == 1
    assert told[told.index("Buoni spesa") + 1] == "120 €"
    assert told[told.index("Bar & caffè") + 1] == "30 €"
    assert "Mai" not in told
    assert drawn.count("<path") == 5
    assert flow(SAID, ways, euro) == drawn
    assert flow(SAID, [], euro) == ""


def test_a_narrow_flow_cuts_long_names_and_keeps_within_its_paper() -> None:
    name = "Un’iniziativa dal nome lunghissimo"
    drawn = flow(SAID, [Link(0, name, "Panificio", 5_00)], euro, NARROW)
    told = words(drawn)
    assert name not in told
    assert told[0].endswith("…")
    tree = ET.fromstring(drawn)  # noqa: S314 -- our own.
    assert all(float(one.get("x", "0")) < NARROW.wide for one in tree.iter(f"{SVG}rect"))


def test_bars_tell_every_month_and_the_highest_one() -> None:
    drawn = bars(SAID, [("gen", 0), ("feb", 200_00), ("mar", 100_00), ("apr", -50_00)], euro)
    told = words(drawn)
    assert [one for one in told if len(one) == 3] == ["gen", "feb", "mar", "apr"]
    assert [one for one in told if "€" in one] == ["200 €"]
    assert drawn.count("<rect") == 3
    assert words(bars(SAID, [], euro)) == []


def test_shops_are_a_dot_each_and_their_number() -> None:
    drawn = shops(SAID, "Seveso", [("Panificio", 30), ("Bar", 2)], 40)
    told = words(drawn)
    assert {"Seveso", "32", "Panificio", "30", "Bar", "2"} <= set(told)
    assert drawn.count("<circle") == 33
