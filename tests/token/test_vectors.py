import pytest

from tests.token.case import ACCEPTED, VECTORS, Case, answer, cases, load, roots_of, trust
from tests.token.make_vectors import rendered

CASES = cases()
TRUST = {environment: trust(environment) for environment in ("real", "test")}
ROOTS = roots_of(load())


def test_the_committed_vectors_are_the_generated_ones() -> None:
    assert VECTORS.read_text(encoding="utf-8") == rendered(), "python -m tests.token.make_vectors"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.what}: {case.name}")
def test_every_vector_has_its_outcome(case: Case) -> None:
    assert answer(case, TRUST[case.environment], ROOTS) == (case.outcome, case.object)
    assert (case.object is not None) == (case.outcome == ACCEPTED)
