"""Counts a vote again from its published file: signatures, choices, sums, quorum and winner.

The file is what the public page of a closed vote gives to anybody. Written apart from the ledger,
like all of this package; docs/VOTE.md says what each part is. Not here: the command.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA384

from scripts.verifier.findings import UnreadableError

LEAST_BITS: Final = 2048
SALT_SIZE: Final = 48
PREFIX_SIZE: Final = 32
KIND: Final = "portavalori-vote"
Told = Mapping[str, Any]


def read_vote(data: bytes) -> Told:
    """The file as an object. Errors: `UnreadableError`."""
    try:
        told = json.loads(data)
        right = told["kind"] == KIND and told["v"] == 1
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableError("not_a_vote") from error
    if not right:
        raise UnreadableError("not_a_vote")
    assert isinstance(told, dict)
    return told


def recount(told: Told) -> tuple[dict[str, Any], list[str]]:
    """The result that the ballots give, and what is wrong with the one that was published.

    Errors: `UnreadableError` for parts that are missing or none.
    """
    try:
        return _recounted(told)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise UnreadableError("not_a_vote") from error


def _recounted(told: Told) -> tuple[dict[str, Any], list[str]]:
    said, terms = told["result"], told["terms"]
    choices = len(terms["options"]) + 1
    paper = [int(one) for one in said["paper_counts"]]
    wrong: list[str] = []
    numbers, counts = [], [0] * choices
    key = RSAPublicNumbers(int(told["key"]["e"]), int(told["key"]["n"], 16)).public_key()
    if key.key_size < LEAST_BITS:
        wrong.append("the key of the ballots is too short")
    for at, ballot in enumerate(told["ballots"]):
        choice, number = _ballot(told["vote"], ballot)
        if not 0 <= choice < choices:
            wrong.append(f"ballot {at}: no such choice")
            continue
        if not _is_signed(key, told["vote"], ballot):
            wrong.append(f"ballot {at}: not signed for this vote")
            continue
        counts[choice] += 1
        numbers.append(number)
    if len(set(numbers)) != len(numbers):
        wrong.append("a ballot is in the urn twice")
    found = _result(terms, said, counts, paper, numbers)
    wrong += _differences(found, said, len(told["ballots"]))
    return found, wrong


def _message(vote: str, ballot: list[Any]) -> bytes:
    choice, prefix = int(ballot[0]), bytes.fromhex(ballot[1])
    if len(prefix) != PREFIX_SIZE:
        raise ValueError("a prefix has 32 bytes")
    return prefix + f'{{"choice":{choice},"vote":"{vote}"}}'.encode()


def _ballot(vote: str, ballot: list[Any]) -> tuple[int, bytes]:
    return int(ballot[0]), sha256(_message(vote, ballot)).digest()


def _is_signed(key: RSAPublicKey, vote: str, ballot: list[Any]) -> bool:
    padding = PSS(MGF1(SHA384()), SALT_SIZE)
    try:
        key.verify(bytes.fromhex(ballot[2]), _message(vote, ballot), padding, SHA384())
    except InvalidSignature:
        return False
    return True


def _result(
    terms: Told, said: Told, counts: list[int], paper: list[int], numbers: list[bytes]
) -> dict[str, Any]:
    """The result as it has to be: blank ballots first, a winner only if it is valid and alone."""
    total = [one + other for one, other in zip(counts, paper, strict=True)]
    voted = sum(total)
    valid = voted > 0 and voted * 100 >= int(terms["quorum"]) * int(said["eligible"])
    most = max(total[1:])
    best = [choice for choice, votes in enumerate(total) if choice and votes == most]
    found = {
        "eligible": said["eligible"], "drawn": said["drawn"], "paper": said["paper"],
        "counts": total, "paper_counts": paper, "valid": valid,
        "urn": sha256(b"".join(sorted(numbers))).hexdigest(),
    }  # fmt: skip
    if valid and most > 0 and len(best) == 1:
        found["winner"] = best[0]
    return found


def _differences(found: Told, said: Told, ballots: int) -> Iterator[str]:
    """What the published result says otherwise, and what no honest count can be."""
    if dict(found) != dict(said):
        for name in sorted(found.keys() | said.keys()):
            if found.get(name) != said.get(name):
                yield f"{name}: the ballots give {found.get(name)}, the file says {said.get(name)}"
    if ballots > int(said["drawn"]):
        yield "more ballots in the urn than were drawn"
    if sum(found["paper_counts"]) > int(said["paper"]):
        yield "more paper ballots counted than were given out"
    if int(said["drawn"]) + int(said["paper"]) > int(said["eligible"]):
        yield "more families had a ballot than are on the roll"
    if any(one < 0 for one in found["paper_counts"]):
        yield "a paper count below zero"
