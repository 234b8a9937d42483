"""What routes ask for: the ledger, the clock, the calling till, the key. The API's only clock.

These are `async` because they wait for nothing: a plain function would cost a thread's turn each.
The till's session is one short read.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from fastapi import Depends, Header, Request

from ledger import Ledger, RequestId
from ledger.core.quantities import Instant
from ledger.operations.sign_in import till_behind
from ledger.reports.receipts import Receipts
from ledger.reports.who_asks import TillRow
from ledger.token.text import Environment
from ledger.token.verify import Trust
from merchant_api.ground import Practice
from merchant_api.in_flight import InFlight
from merchant_api.problems import Problem
from merchant_api.rates import Minutes, Rates, Standing

REMEMBERED: Final = 10_000
REMEMBER_FOR: Final = 600.0  # Seconds in which a retry with the same wrong PIN burns no try.


def clock() -> Instant:
    """Now, in microseconds UTC: the only clock of the API."""
    return time.time_ns() // 1000


Till: TypeAlias = TillRow  # The till that calls, its shop, and who stands there.


class WrongPins:
    """Keys whose PIN was wrong a while ago: the same key and PIN again is not counted again."""

    def __init__(self) -> None:
        """Nobody was wrong yet."""
        self._seen: OrderedDict[bytes, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, till: UUID, key: UUID, pin: str) -> str | None:
        """What was answered, or None."""
        with self._lock:
            until, code = self._seen.get(_digest(till, key, pin), (0.0, ""))
        return code if until > time.monotonic() else None

    def keep(self, till: UUID, key: UUID, pin: str, code: str) -> None:
        """Remember an answer for a while."""
        with self._lock:
            self._seen[_digest(till, key, pin)] = (time.monotonic() + REMEMBER_FOR, code)
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)


def _digest(till: UUID, key: UUID, pin: str) -> bytes:
    return sha256(till.bytes + key.bytes + pin.encode()).digest()


@dataclass(slots=True)
class Api:
    """What the API's routes share."""

    ledger: Ledger
    environment: Environment
    receipts: Receipts
    rates: Rates
    practice: Practice | None = None
    in_flight: InFlight = field(default_factory=InFlight)
    wrong_pins: WrongPins = field(default_factory=WrongPins)
    minutes: Minutes = field(default_factory=lambda: Minutes(time.time))

    def trust(self, now: Instant) -> Trust:
        """What the server believes of tokens, read again every hour."""
        return self.receipts.trust(now)


def the_state(request: Request) -> Api:
    """The API's shared state."""
    api: Api = request.app.state.api
    return api


async def the_api(request: Request) -> Api:
    """The API's shared state, for a route that asks for it."""
    return the_state(request)


async def the_ledger(request: Request) -> Ledger:
    """The open ledger."""
    return the_state(request).ledger


async def the_time() -> Instant:
    """Now, in microseconds UTC."""
    return clock()


TheApi = Annotated[Api, Depends(the_api)]
OpenLedger = Annotated[Ledger, Depends(the_ledger)]
Now = Annotated[Instant, Depends(the_time)]


async def the_till(
    request: Request, api: TheApi, now: Now, authorization: Annotated[str, Header()] = ""
) -> Till:
    """The till behind the session's token, with somebody at it. Errors: `Problem`."""
    return till_of(request, api, authorization, now)


async def connected_till(
    request: Request, api: TheApi, now: Now, authorization: Annotated[str, Header()] = ""
) -> Till:
    """The till behind the session's token, locked or not. Errors: `Problem`."""
    return _active(_behind(request, api, authorization, now))


async def any_till(
    request: Request, api: TheApi, now: Now, authorization: Annotated[str, Header()] = ""
) -> Till:
    """The till behind the session's token, also one that was withdrawn. Errors: `Problem`."""
    return _behind(request, api, authorization, now)


def till_of(request: Request, api: Api, authorization: str, now: Instant) -> Till:
    """The till behind an Authorization header, with somebody at it. Errors: `Problem`."""
    till = _active(_behind(request, api, authorization, now))
    if till.is_locked:
        raise Problem("operator_needed")
    return till


def _active(till: Till) -> Till:
    if till.status != "active":
        raise Problem("till_revoked")
    return till


def token_of(authorization: str) -> str:
    """The token of an Authorization header; empty for any other."""
    scheme, _, token = authorization.partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _behind(request: Request, api: Api, authorization: str, now: Instant) -> Till:
    """Whose session it is, within its rate. Errors: `Problem`."""
    found = till_behind(api.ledger, token_of(authorization), now=now)
    if found is None:
        raise Problem("unauthorized", headers={"WWW-Authenticate": "Bearer"})
    standing = api.minutes.count(found.till_id.hex, api.rates.per_till)
    if standing.is_over:
        raise too_many(standing)
    request.state.rate = standing.headers()
    return found


def too_many(standing: Standing) -> Problem:
    """The problem of a caller who must wait."""
    return Problem(
        "too_many", headers={"Retry-After": str(standing.seconds_left)} | standing.headers()
    )


async def the_key(idempotency_key: Annotated[str, Header()] = "") -> RequestId:
    """The caller's key: a UUID made and stored before sending. Errors: `Problem`."""
    return key_of(idempotency_key)


def key_of(idempotency_key: str) -> RequestId:
    """The key of a header. Errors: `Problem`."""
    if not idempotency_key:
        raise Problem("key_missing")
    return read_key(idempotency_key, "key_malformed")


def read_key(text: str, code: str) -> RequestId:
    """A key in its usual form. Errors: `Problem` of this code."""
    try:
        key = UUID(text.strip('"'))
    except ValueError as error:
        raise Problem(code) from error
    if key.int == 0 or str(key) != text.strip('"').lower():
        raise Problem(code)
    return RequestId(key)


CallingTill = Annotated[Till, Depends(the_till)]
ConnectedTill = Annotated[Till, Depends(connected_till)]
IdempotencyKey = Annotated[RequestId, Depends(the_key)]


class Guesses:
    """Wrong codes and secrets, counted by till and by address, never by one budget for all."""

    @staticmethod
    def check(api: Api, who: Mapping[str, int]) -> None:
        """Refuse whoever has guessed too often. Errors: `Problem`."""
        for name, most in who.items():
            standing = api.minutes.look(name, most)
            if standing.is_used_up:
                raise too_many(standing)

    @staticmethod
    def count(api: Api, who: Mapping[str, int]) -> None:
        """Count one wrong guess."""
        for name, most in who.items():
            api.minutes.count(name, most)


def guessing_address(api: Api, request: Request) -> dict[str, int]:
    """Whom a wrong secret is counted against."""
    address = request.client.host if request.client else "-"
    return {f"secret:{address}": api.rates.guesses_per_address}


def guessing_card(api: Api, till: Till, request: Request) -> dict[str, int]:
    """Whom a wrong card is counted against: its till, and the address that it calls from."""
    address = request.client.host if request.client else "-"
    return guessing_till(api, till) | {f"card:{address}": api.rates.guesses_per_address}


def guessing_till(api: Api, till: Till) -> dict[str, int]:
    """Whom a wrong code is counted against."""
    return {f"code:{till.till_id.hex}": api.rates.guesses_per_till}
