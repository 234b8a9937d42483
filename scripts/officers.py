"""An officer at the terminal, who signs in by password: for commands that want to know who acts."""

import typer

from ledger import Ledger
from ledger.operations.sign_in import calling_officer, sign_in_officer
from ledger.reports.who_asks import OfficerRow
from scripts.giving_up import give_up


def officer_named(ledger: Ledger, comune: str, user_name: str, password: str) -> OfficerRow:
    """The officer who signs in so; or the command ends in words that say what is wrong."""
    if not user_name:
        give_up("Say who acts: --officer NAME.")
    typed = password or typer.prompt("Password", hide_input=True)
    now = ledger.clock()
    try:
        opened_session = sign_in_officer(ledger, comune, user_name, typed, now=now)
    except LookupError:
        give_up(f"There is no book called {comune}.")
    token = "" if opened_session is None else opened_session.token
    found = calling_officer(ledger, token, now=now)
    if found is None:
        give_up("User name or password are wrong.")
    return found
