"""Whether trades kept to the rules of their setups, read from the journal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.facts import RuleBook
from data.db import playbooks as table
from data.db.engine import Database
from domain.accounts import AccountId, UserId


def read_rule_book(db: Database, owner: UserId, accounts: Sequence[AccountId]) -> RuleBook:
    """Return the answers about the trades of some accounts: one broken rule breaks a trade."""
    with db.read() as session:
        setups = table.list_setups(session, owner)
        answers = table.list_answers(session, accounts)
    broken: dict[int, bool] = {}
    for item in answers:
        broken[int(item.trade_id)] = broken.get(int(item.trade_id), False) or not item.is_followed
    return RuleBook(
        setups=frozenset(setup.name for setup in setups if setup.rules),
        trade=np.fromiter(broken, dtype=np.int64, count=len(broken)),
        is_broken=np.fromiter(broken.values(), dtype=np.bool_, count=len(broken)),
    )
