"""Load files with the package `beancount`: runs in its environment, not in ours.

JSON in: paths of files. JSON out, for each: `errors`, and `balances`, the sum of every account's
postings as text, added up here and by no one else.
"""

import json
import sys
from collections import defaultdict
from decimal import Decimal
from typing import Any

from beancount import loader  # type: ignore[import-not-found, unused-ignore]
from beancount.core.data import Transaction  # type: ignore[import-not-found, unused-ignore]


def load(path: str) -> dict[str, Any]:
    entries, errors, _options = loader.load_file(path)
    balances: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            balances[posting.account, posting.units.currency] += posting.units.number
    told = [[*account, str(balance)] for account, balance in sorted(balances.items())]
    return {"errors": [error.message for error in errors], "balances": told}


if __name__ == "__main__":
    json.dump([load(path) for path in json.load(sys.stdin)], sys.stdout)
