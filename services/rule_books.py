"""Whether trades kept to the rules of their setups, read from the journal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.facts import RuleBook
from data.db import playbooks as table
from data.db.engine import Database
from domain.accounts import AccountId, UserId


def read_rule_book(db: Database, owner: UserId, accounts: Sequence[AccountId]) -> RuleBook:
    """Return the rules of the owner's setups, and the answers about the trades of some accounts."""
    with db.read() as session:
        setups = table.list_setups(session, owner)
        answers = table.list_answers(session, accounts)
    rules = tuple((rule.id, setup.name, rule.text) for setup in setups for rule in setup.rules)
    place = {number: at for at, (number, _, _) in enumerate(rules)}
    told = sorted((int(item.trade_id), place[item.rule_id], item.is_followed) for item in answers)
    trade, rule, followed = zip(*told, strict=True) if told else ((), (), ())
    return RuleBook(
        rules=rules,
        trade=np.array(trade, dtype=np.int64),
        rule=np.array(rule, dtype=np.int64),
        is_followed=np.array(followed, dtype=np.bool_),
    )
