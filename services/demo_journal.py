"""What the demo's trader wrote beside the trades: rules kept and broken, groups of tags, days, missed trades."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.accounts import UserId
from domain.errors import QuoteError
from domain.filters import LedgerFilter
from domain.ledger import Trade
from domain.market import BarInterval
from domain.playbooks import Rule, Setup

if TYPE_CHECKING:
    from services.container import Services

SEED = 4307
REVIEWED_AFTER = timedelta(days=4)
DAYS_NOTED = 18
PLAYBOOKS = (
    (
        "Opening range breakout",
        "First 15-minute range of a name with news. Enter on the close above it with volume, stop below the range.",
        ("Waited for the close", "Volume above the average", "Size within plan"),
    ),
    ("VWAP reclaim", "Back above VWAP after a flush, held for five minutes.", ("Held above VWAP", "Size within plan")),
    ("Breakdown retest", "The broken level holds from below.", ("Waited for the retest", "Stop above the level")),
    ("Gap fade", "Against a gap without news, back towards the close before.", ("No news", "Stopped after one try")),
)
GROUPED = {"FOMO": "Mistakes", "Oversized": "Mistakes", "A+": "Quality", "Followed plan": "Quality"}
DAY_NOTES = (
    ("Slept well, one plan, followed it. Size was right for the first time this week.", 4),
    ("**Patient.** Nothing until ten, then the one I had on the list.", 5),
    ("Gave back the morning after lunch. *Stop at noon when the best trade is done.*", 2),
    ("Slow day.\n\n- two names on the list\n- one triggered\n- took it", 3),
    ("Chased the second push although the plan said to wait for the retest.", 1),
    ("Good exits, late entries. Alerts earlier tomorrow.", 3),
)
MISSED = (
    ("GOOG", "long", 2, "Opening range breakout", "Was looking at another name. Alert was set, sound was off."),
    ("FB", "short", 6, "Gap fade", "Afraid after two losses in a row."),
    ("MSFT", "long", 9, "Opening range breakout", "Spread looked wide; it was not."),
)


def write_demo_journal(services: Services, owner: UserId) -> None:
    """Fill the journal of the demo's owner; the same words for the same trades every time."""
    rng = random.Random(SEED)  # noqa: S311 - invented words
    today = services.portfolio.trading_day(owner)
    trades = services.portfolio.every_trade(owner, LedgerFilter(status="closed"))
    rules = _write_playbooks(services, owner)
    _group_tags(services, owner)
    services.note_templates.add_starters(owner)
    _answer_rules(services, owner, trades, rules, rng)
    _mark_reviewed(services, owner, trades, today)
    _write_days(services, owner, trades, rng)
    _write_missed(services, owner)


def _write_playbooks(services: Services, owner: UserId) -> dict[str, tuple[Rule, ...]]:
    known = {item.name: item.id for item in services.playbooks.setups(owner)}
    made = {}
    for name, description, texts in PLAYBOOKS:
        rules = tuple(Rule(id=0, text=text) for text in texts)
        setup = Setup(id=known.get(name, 0), name=name, description=description, rules=rules)
        made[name] = services.playbooks.save(owner, setup).rules
    return made


def _group_tags(services: Services, owner: UserId) -> None:
    groups = {group.name: group.id for group in services.tagging.add_starters(owner)}
    for tag in services.tagging.tags(owner):
        if tag.name in GROUPED:
            services.tagging.save_tag(owner, tag.id, tag.name, groups[GROUPED[tag.name]])


def _answer_rules(
    services: Services, owner: UserId, trades: Sequence[Trade], rules: Mapping[str, Sequence[Rule]], rng: random.Random
) -> None:
    answers: dict[int, dict[int, dict[int, bool]]] = {}
    for trade in trades:
        share = 0.9 if trade.net > 0 else 0.62
        kept = {rule.id: rng.random() < share for rule in rules.get(trade.setup, ()) if rng.random() < 0.85}
        answers.setdefault(int(trade.account_id), {})[int(trade.id)] = kept
    for account, items in answers.items():
        services.playbooks.answer_many(owner, account, items)


def _mark_reviewed(services: Services, owner: UserId, trades: list[Trade], today: date) -> None:
    changes: dict[int, dict[int, dict[str, Any]]] = {}
    for trade in trades:
        if trade.closed_at is not None and trade.closed_at.date() < today - REVIEWED_AFTER:
            changes.setdefault(int(trade.account_id), {})[int(trade.id)] = {"reviewed": True}
    for account, entries in changes.items():
        services.journal.save_many(owner, account, entries)


def _write_days(services: Services, owner: UserId, trades: list[Trade], rng: random.Random) -> None:
    days = sorted({trade.closed_at.date() for trade in trades if trade.closed_at is not None}, reverse=True)
    for day in days[1 : DAYS_NOTED * 2 : 2]:
        note, mood = rng.choice(DAY_NOTES)
        services.journal.save_day_note(owner, day, note, mood=mood)


def _write_missed(services: Services, owner: UserId) -> None:
    known = {(item.symbol, item.setup) for item in services.missed_trades.missed(owner)}
    for symbol, side, days, setup, reason in MISSED:
        seen = services.clock() - timedelta(days=days)
        seen = (seen - timedelta(days=max(0, seen.weekday() - 4))).replace(hour=15, minute=5, second=0, microsecond=0)
        price = _price_at(services, symbol, seen)
        if (symbol, setup) in known or price is None:
            continue
        sign = 1 if side == "long" else -1
        plan = {
            "planned_entry": price,
            "planned_stop": price - sign * 0.01 * price,
            "planned_target": price + sign * 0.02 * price,
        }
        fields = {name: f"{value:.2f}" for name, value in plan.items()}
        services.missed_trades.save(
            owner, 0, {**fields, "symbol": symbol, "side": side, "seen_at": seen, "setup": setup, "reason": reason}
        )


def _price_at(services: Services, symbol: str, when: datetime) -> float | None:
    try:
        candles = services.quotes.candles(symbol, BarInterval.M1, start=when, end=when + timedelta(minutes=5), limit=5)
    except QuoteError:
        return None
    return float(candles.close[0]) if len(candles) else None
