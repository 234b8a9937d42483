"""Passwords are kept so that a stolen book does not give them away."""

from argon2 import PasswordHasher, Type, extract_parameters

from ledger.store.passwords import hash_password, is_password


def test_a_password_is_known_again_and_another_is_not() -> None:
    kept = hash_password("un segreto lungo")
    assert "segreto" not in kept
    assert is_password(kept, "un segreto lungo")
    assert not is_password(kept, "un segreto corto")
    assert not is_password("nothing that was ever kept", "un segreto lungo")


def test_trying_one_costs_at_least_what_owasp_asks(cheap_passwords: PasswordHasher) -> None:
    """Of argon2id: 19 MiB and two rounds, one lane (its password storage cheat sheet)."""
    cost = extract_parameters(cheap_passwords.hash("any"))
    assert (cost.type, cost.time_cost, cost.memory_cost, cost.parallelism) == (
        Type.ID, 2, 19 * 1024, 1
    )  # fmt: skip
