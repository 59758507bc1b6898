"""Trades by whether the rules of their setup were followed: filter, condition and breakdown."""

from __future__ import annotations

import pytest

from domain.accounts import UserId
from domain.conditions import Condition
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from domain.playbooks import Rule, Setup
from services.container import Services
from services.imports import ImportRequest
from tests.services.samples import trades_csv

ALL = LedgerFilter()


def make_book(services: Services) -> tuple[UserId, dict[str, int]]:
    """Six trades A to F: followed, broken, half answered, not answered, a setup without rules, no setup."""
    owner = services.users.register("maya", "four unrelated words").id
    rows = []
    for number, symbol in enumerate("ABCDEF"):
        day = f"2026-09-{number + 1:02}"
        rows.append(f"{symbol}1,{day} 14:00:00,{symbol},Buy,1,100.00,0,USD")
        rows.append(f"{symbol}2,{day} 15:00:00,{symbol},Sell,1,{101 + number}.00,0,USD")
    request = ImportRequest(filename="x.csv", payload=trades_csv(rows), account="Main", format="generic-csv")
    services.imports.commit(owner, request)
    account = services.accounts.list_accounts(owner)[0].id
    trades = {item.instrument.symbol: int(item.id) for item in services.portfolio.every_trade(owner, ALL)}
    rules = (Rule(id=0, text="Wait for the close"), Rule(id=0, text="Stop in place"))
    first, second = services.playbooks.save(owner, Setup(id=0, name="Break", rules=rules)).rules
    services.playbooks.save(owner, Setup(id=0, name="Whim"))
    for symbol in "ABCD":
        services.journal.save(owner, account, trades[symbol], setup="Break")
    services.journal.save(owner, account, trades["E"], setup="Whim")
    for symbol, rule, kept in (
        ("A", first, True),
        ("A", second, True),
        ("B", first, True),
        ("B", second, False),
        ("C", first, True),
    ):
        services.playbooks.answer(owner, account, trades[symbol], rule.id, is_followed=kept)
    return owner, trades


def symbols(services: Services, owner: UserId, chosen: LedgerFilter) -> str:
    """The symbols of the trades of a filter, in order of the alphabet."""
    return "".join(sorted(item.instrument.symbol for item in services.portfolio.every_trade(owner, chosen)))


def test_the_filter_the_condition_and_the_groups_agree(services: Services) -> None:
    """Each of the three ways chooses the same trades; those without rules are a group of their own."""
    owner, _ = make_book(services)
    expected = {"followed": "AC", "broken": "B", "unanswered": "D", "": "EF"}
    for key, found in expected.items():
        condition = Condition(by="rules", values=(key,))
        assert symbols(services, owner, ALL.with_(where=(condition,))) == found
        if key:
            assert symbols(services, owner, ALL.with_(discipline=key)) == found
    table = services.analysis.breakdown(owner, ALL, "rules", ("net_pnl", "trades"))
    assert {row.key: row.trades for row in table.rows} == {key: len(found) for key, found in expected.items()}
    narrowed = services.analysis.narrow(ALL, "rules", "broken")
    assert narrowed == ALL.with_(discipline="broken")
    assert LedgerFilter.from_query({"discipline": "broken"}) == narrowed
    assert narrowed.to_query() == "discipline=broken"
    assert [word.text for word in services.analysis.words(owner, narrowed)] == ["A rule broken"]
    with pytest.raises(InvalidInputError, match="bent"):
        services.portfolio.sets.load(owner, ALL.with_(discipline="bent"))


def test_an_answer_moves_its_trade_at_once(services: Services) -> None:
    """An answer given or taken back changes the group with the next question; so does another setup."""
    owner, trades = make_book(services)
    account = services.accounts.list_accounts(owner)[0].id
    assert symbols(services, owner, ALL.with_(discipline="broken")) == "B"
    rule = services.playbooks.setups(owner)[0].rules[1]
    services.playbooks.answer(owner, account, trades["C"], rule.id, is_followed=False)
    services.playbooks.answer(owner, account, trades["B"], rule.id, is_followed=None)
    assert symbols(services, owner, ALL.with_(discipline="broken")) == "C"
    assert symbols(services, owner, ALL.with_(discipline="followed")) == "AB"
    services.journal.save(owner, account, trades["C"], setup="Whim")
    assert symbols(services, owner, ALL.with_(discipline="broken")) == ""


def test_the_playbook_counts_the_same_trades(services: Services) -> None:
    """Followed, broken and unanswered of the playbook are the trades of the filter with its setup."""
    owner, _ = make_book(services)
    playbook = next(item for item in services.playbooks.results(owner, ALL) if item.setup.name == "Break")
    for number, key in (
        (playbook.followed.trades, "followed"),
        (playbook.broken.trades, "broken"),
        (playbook.unanswered, "unanswered"),
    ):
        assert number == len(symbols(services, owner, ALL.with_(setups=("Break",), discipline=key)))


def test_a_single_rule_is_filter_condition_and_breakdown(services: Services) -> None:
    """Followed, broken and unanswered of one rule choose the same trades everywhere, and money adds up."""
    owner, _ = make_book(services)
    first, second = next(item for item in services.playbooks.setups(owner) if item.name == "Break").rules
    expected = {
        f"{first.id}-followed": "ABC",
        f"{first.id}-unanswered": "D",
        f"{second.id}-followed": "A",
        f"{second.id}-broken": "B",
        f"{second.id}-unanswered": "CD",
        "": "EF",
    }
    for key, found in expected.items():
        condition = Condition(by="rule", values=(key,))
        assert symbols(services, owner, ALL.with_(where=(condition,))) == found
        assert not key or symbols(services, owner, ALL.with_(rules=(key,))) == found
    table = services.analysis.breakdown(owner, ALL, "rule", ("net_pnl", "trades"))
    assert {row.key: row.trades for row in table.rows} == {key: len(found) for key, found in expected.items()}
    assert table.overlaps
    broken = next(row for row in table.rows if row.key == f"{second.id}-broken")
    assert (broken.label, broken.figures["net_pnl"]) == ("Broken: Stop in place (Break)", 2.0)
    narrowed = services.analysis.narrow(ALL, "rule", broken.key)
    assert LedgerFilter.from_query({"rules": broken.key}) == narrowed == ALL.with_(rules=(broken.key,))
    assert [word.text for word in services.analysis.words(owner, narrowed)] == [broken.label]
    assert symbols(services, owner, ALL.with_(rules=(broken.key, f"{second.id}-unanswered"))) == "BCD"
    assert symbols(services, owner, ALL.with_(rules=("999-broken",))) == ""


def test_a_single_rule_has_its_cost(services: Services) -> None:
    """Breaking costs what the broken trades made less as many at the mean of those that followed; else nothing."""
    owner, _ = make_book(services)
    playbook = next(item for item in services.playbooks.results(owner, ALL) if item.setup.name == "Break")
    first, second = playbook.rules
    assert (first.cost, first.unanswered) == (None, 1)
    assert (second.followed.net, second.broken.net, second.cost, second.unanswered) == (1.0, 2.0, 1.0, 2)


def test_rules_of_two_setups_never_mix(services: Services) -> None:
    """Many rules, several setups and both sorts of answers: each bucket holds what the answers say, one by one."""
    owner, trades = make_book(services)
    account = services.accounts.list_accounts(owner)[0].id
    rules = tuple(Rule(id=0, text=f"Rule {number}") for number in range(30))
    whim = next(item for item in services.playbooks.setups(owner) if item.name == "Whim")
    made = services.playbooks.save(owner, Setup(id=whim.id, name="Whim", rules=rules)).rules
    services.journal.save(owner, account, trades["F"], setup="Whim")
    answers = {("EF"[number % 2], rule.id): number % 3 == 0 for number, rule in enumerate(made) if number % 5}
    for (symbol, rule_id), kept in answers.items():
        services.playbooks.answer(owner, account, trades[symbol], rule_id, is_followed=kept)
    for rule in made:
        for word in ("followed", "broken", "unanswered"):
            said = {symbol: answers.get((symbol, rule.id)) for symbol in "EF"}
            wanted = {"followed": True, "broken": False, "unanswered": None}[word]
            found = "".join(symbol for symbol, kept in said.items() if kept is wanted)
            assert symbols(services, owner, ALL.with_(rules=(f"{rule.id}-{word}",))) == found, (rule, word)
