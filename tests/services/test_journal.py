"""The journal: entries, day notes, playbooks, tags, templates, the queue, the feed, missed trades and the search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.filters import LedgerFilter
from domain.journal import NoteTemplate, TagGroup
from domain.playbooks import Rule, Setup
from services.container import Services
from tests.services.journaling import NETS, Notebook, open_notebook

ALL = LedgerFilter()
WRONG_ENTRIES: Any = [
    ("planned_risk", "0"),
    ("planned_risk", "-5"),
    ("planned_risk", "lots"),
    ("category", "weekly"),
    ("rating", 6),
    ("rating", "good"),
    ("note", "x" * 20_001),
    ("mood", 3),
]
WRONG_MISSED: Any = [
    ({"symbol": ""}, "symbol"),
    ({"seen_at": ""}, "seen_at"),
    ({"seen_at": "soon"}, "seen_at"),
    ({"seen_at": "2027-01-01"}, "seen_at"),
    ({"side": "up"}, "side"),
    ({"planned_entry": "ten"}, "planned_entry"),
    ({"planned_stop": "11"}, "planned_stop"),
    ({"planned_target": "9"}, "planned_target"),
    ({"until": "2026-11-18"}, "until"),
    ({"reason": "x" * 20_001}, "note"),
]
ODD_TEXTS: Any = ['"', "'", "*", "NEAR(", "a OR", "-", "words:x", "(((", "\\", ":*", "& |", "<->", "\x00", "é" * 500]


def add_setup(services: Services, book: Notebook, *rules: str) -> Setup:
    """Add a setup with rules and put it on the first three trades."""
    made = services.playbooks.save(
        book.owner,
        Setup(id=0, name="Breakout", description="Base first.", rules=tuple(Rule(id=0, text=r) for r in rules)),
    )
    services.journal.set_setup(book.owner, [(book.account, trade) for trade in book.trades[:3]], "Breakout")
    return made


def test_the_stop_goes_before_the_planned_risk(services: Services) -> None:
    """R is by the planned stop; without one by the planned money; without both there is none."""
    book = open_notebook(services)
    first, second = book.trades[:2]
    services.journal.save(book.owner, book.account, first, planned_stop="9", planned_risk="50")
    services.journal.save(book.owner, book.account, second, planned_risk="40")
    found = services.portfolio.sets.load(book.owner, ALL).frame
    risks = dict(zip(found.id.tolist(), found.risk.tolist(), strict=True))
    assert (risks[first], risks[second]) == (100.0, 40.0)
    assert services.portfolio.trade(book.owner, first).trade.r_multiple == Decimal(2)
    assert services.portfolio.trade(book.owner, second).trade.r_multiple == Decimal("-2.5")
    assert services.portfolio.trade(book.owner, book.trades[2]).trade.r_multiple is None


def test_wrong_entries_are_refused_whole(services: Services) -> None:
    """A value that is not valid is named and nothing is saved."""
    book = open_notebook(services)
    for field, value in WRONG_ENTRIES:
        with pytest.raises(InvalidInputError):
            services.journal.save(book.owner, book.account, book.trades[0], setup="Kept out", **{field: value})
    assert services.journal.entry(book.owner, book.account, book.trades[0]).setup == ""
    assert services.journal.setups(book.owner) == []


def test_a_note_leaves_the_ledger_and_what_it_knows_of_other_trades(services: Services) -> None:
    """After a note the book is the same object, and only the trade that was written about differs."""
    book = open_notebook(services)
    services.journal.save_many(book.owner, book.account, {trade: {"tags": ["a"]} for trade in book.trades})
    before = services.portfolio.sets.load(book.owner, ALL)
    services.journal.save(book.owner, book.account, book.trades[1], note="Late.", tags=["a", "b"])
    after = services.portfolio.sets.load(book.owner, ALL)
    assert after.books[book.account] is before.books[book.account]
    same = [key for key in before.journal if after.journal[key] is before.journal[key]]
    assert len(same) == 3
    assert after.journal[(book.account, book.trades[1])].tags == ("a", "b")


def test_what_is_patched_equals_what_is_read_anew(services: Services) -> None:
    """After any mix of entries, renamed and removed tags the columns are those a fresh process reads."""
    book = open_notebook(services)
    first, second, third, _ = book.trades
    tags = services.tagging

    def save(trade: int, **changes: Any) -> None:
        services.journal.save(book.owner, book.account, trade, **changes)

    steps: list[Callable[[], Any]] = [
        lambda: save(first, tags=["a"], planned_stop="9"),
        lambda: save(second, tags=["b"], setup="Fade", planned_risk="40"),
        lambda: save(first, tags=[], planned_stop="9.5"),
        lambda: services.journal.tag_trades(book.owner, [(book.account, third), (book.account, first)], add=["a"]),
        lambda: tags.save_tag(book.owner, tags.tags(book.owner)[0].id, "z", None),
        lambda: save(third, setup="Breakout"),
        lambda: tags.delete_tag(book.owner, tags.tags(book.owner)[0].id),
        lambda: services.playbooks.delete(book.owner, services.playbooks.setups(book.owner)[1].id),
    ]
    for step in steps:
        step()
        kept = services.portfolio.sets.load(book.owner, ALL).frame
        fresh = Services(services.installation, clock=services.clock)
        read = fresh.portfolio.sets.load(book.owner, ALL).frame
        fresh.db.close()
        assert (kept.tags, kept.setups) == (read.tags, read.setups)
        assert (kept.tag_mask.tolist(), kept.setup.tolist()) == (read.tag_mask.tolist(), read.setup.tolist())
        assert repr(kept.risk.tolist()) == repr(read.risk.tolist())


def test_day_notes_hold_plan_and_mood(services: Services) -> None:
    """Note, plan and mood are written apart; a day with none of them has no note."""
    book, day = open_notebook(services), date(2026, 11, 3)
    services.journal.save_day_note(book.owner, day, "Slow.", mood=2)
    services.journal.save_day_note(book.owner, day, plan="Two trades at most.")
    found = services.journal.day_note(book.owner, day)
    assert (found.note, found.plan, found.mood) == ("Slow.", "Two trades at most.", 2)
    services.journal.save_day_note(book.owner, day, "", plan="", mood=None)
    assert services.journal.noted_days(book.owner) == set()


def test_rules_followed_and_broken_have_their_price(services: Services) -> None:
    """P&L of trades that kept every answered rule stands beside that of trades that broke one."""
    book = open_notebook(services)
    rules = add_setup(services, book, "Volume", "Wait for the close").rules
    first, second, _ = book.trades[:3]
    services.playbooks.answer(book.owner, book.account, first, rules[0].id, is_followed=True)
    services.playbooks.answer(book.owner, book.account, second, rules[0].id, is_followed=True)
    services.playbooks.answer(book.owner, book.account, second, rules[1].id, is_followed=False)
    (found,) = services.playbooks.results(book.owner, ALL)
    assert (found.all.trades, found.all.net) == (3, sum(NETS[:3]))
    assert (found.followed.trades, found.followed.net) == (1, NETS[0])
    assert (found.broken.trades, found.broken.net) == (1, NETS[1])
    assert found.unanswered == 1
    assert [(item.followed.trades, item.broken.trades) for item in found.rules] == [(2, 0), (0, 1)]
    assert services.playbooks.results(book.owner, ALL.with_(side="long"))[0].broken.trades == 0


def test_answers_stay_with_their_rule(services: Services) -> None:
    """A rule that is reworded or moved keeps its answers; one that is removed takes them along."""
    book = open_notebook(services)
    setup = add_setup(services, book, "Volume", "Wait")
    volume, wait = setup.rules
    for rule in setup.rules:
        services.playbooks.answer(book.owner, book.account, book.trades[0], rule.id, is_followed=True)
    moved = (Rule(id=wait.id, text="Wait for the close"), Rule(id=0, text="Size"))
    services.playbooks.save(book.owner, Setup(id=setup.id, name="Breakouts", rules=moved))
    found = services.playbooks.checklist(book.owner, book.account, book.trades[0], "Breakouts")
    assert [(rule.text, answer) for rule, answer in found] == [("Wait for the close", True), ("Size", None)]
    assert volume.id not in {rule.id for rule, _ in found}
    assert services.portfolio.trade(book.owner, book.trades[0]).trade.setup == "Breakouts"


def test_setups_of_others_cannot_be_touched(services: Services) -> None:
    """Another person's setup, rule, tag, group, template and missed trade do not exist."""
    maya, noah = open_notebook(services), open_notebook(services, "noah")
    setup = add_setup(services, maya, "Volume")
    group = services.tagging.save_group(maya.owner, TagGroup(id=0, name="Mistakes", kind="mistake"))
    tag = services.tagging.save_tag(maya.owner, 0, "FOMO", group.id)
    template = services.note_templates.save(maya.owner, NoteTemplate(id=0, kind="day", name="Open", body="Plan"))
    missed = services.missed_trades.save(maya.owner, 0, {"symbol": "NVDA", "seen_at": "2026-11-19T10:00"})
    attempts: list[Callable[[], object]] = [
        lambda: services.playbooks.save(noah.owner, setup),
        lambda: services.playbooks.delete(noah.owner, setup.id),
        lambda: services.playbooks.answer(noah.owner, noah.account, 1, setup.rules[0].id, is_followed=True),
        lambda: services.playbooks.answer(noah.owner, maya.account, 1, setup.rules[0].id, is_followed=True),
        lambda: services.tagging.save_group(noah.owner, group),
        lambda: services.tagging.delete_group(noah.owner, group.id),
        lambda: services.tagging.save_tag(noah.owner, tag.id, "Mine", None),
        lambda: services.tagging.save_tag(noah.owner, 0, "Mine", group.id),
        lambda: services.tagging.delete_tag(noah.owner, tag.id),
        lambda: services.note_templates.save(noah.owner, template),
        lambda: services.note_templates.delete(noah.owner, template.id),
        lambda: services.missed_trades.one(noah.owner, missed.id),
        lambda: services.missed_trades.save(noah.owner, missed.id, {"symbol": "X", "seen_at": "2026-11-19T10:00"}),
        lambda: services.missed_trades.delete(noah.owner, missed.id),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError):
            attempt()
    assert services.playbooks.setup(maya.owner, setup.id).rules == setup.rules
    assert services.journal_search.find(noah.owner, "Breakout") == []


def test_a_mistake_has_its_cost(services: Services) -> None:
    """The cost of a mistake is the net P&L and mean R of the closed trades that carry it, the dearest first."""
    book = open_notebook(services)
    group = services.tagging.save_group(book.owner, TagGroup(id=0, name="Mistakes", kind="mistake", colour="amber"))
    services.tagging.save_tag(book.owner, 0, "Chased", group.id)
    services.tagging.save_tag(book.owner, 0, "Early", group.id)
    services.journal.save(book.owner, book.account, book.trades[1], tags=["Chased", "Slow day"], planned_risk="50")
    services.journal.save(book.owner, book.account, book.trades[2], tags=["Chased"])
    costs, currency = services.tagging.costs(book.owner, ALL, "mistake")
    assert [(item.tag.name, item.trades, item.net, item.mean_r, item.with_r) for item in costs] == [
        ("Chased", 2, -150.0, -2.0, 1),
        ("Early", 0, 0.0, None, 0),
    ]
    assert currency == "USD"


def test_a_tag_renamed_to_another_joins_it(services: Services) -> None:
    """Two spellings of one tag become one, and no trade carries it twice."""
    book = open_notebook(services)
    services.journal.save(book.owner, book.account, book.trades[0], tags=["fomo", "FOMO"])
    services.journal.save(book.owner, book.account, book.trades[1], tags=["fomo"])
    old = next(tag for tag in services.tagging.tags(book.owner) if tag.name == "fomo")
    services.tagging.save_tag(book.owner, old.id, "FOMO", None)
    assert [tag.name for tag in services.tagging.tags(book.owner)] == ["FOMO"]
    assert [services.portfolio.trade(book.owner, trade).journal.tags for trade in book.trades[:2]] == [("FOMO",)] * 2


def test_groups_give_their_kind_and_leave_their_tags(services: Services) -> None:
    """A tag is of the kind of its group; without the group it is an ordinary one."""
    book = open_notebook(services)
    group = services.tagging.save_group(book.owner, TagGroup(id=0, name="Slips", kind="mistake"))
    services.tagging.save_tag(book.owner, 0, "Chased", group.id)
    services.tagging.save_group(book.owner, TagGroup(id=group.id, name="Slips", kind="quality"))
    assert services.tagging.tags(book.owner)[0].group == "quality"
    with pytest.raises(ConflictError):
        services.tagging.save_group(book.owner, TagGroup(id=0, name="Slips"))
    services.tagging.delete_group(book.owner, group.id)
    assert (services.tagging.tags(book.owner)[0].group, services.tagging.groups(book.owner)) == ("tag", [])


def test_the_queue_is_newest_first_and_empties(services: Services) -> None:
    """Closed trades wait until they are reviewed; older ones can be called done at once."""
    book = open_notebook(services)
    queue = services.reviews.queue(book.owner, ALL)
    assert ([int(item.id) for item in queue.trades], queue.waiting) == (list(book.trades[::-1]), 4)
    services.journal.save(book.owner, book.account, book.trades[2], reviewed=True)
    place = services.reviews.place(book.owner, ALL, book.trades[2])
    assert (place.newer, place.older, place.waiting) == (book.trades[3], book.trades[1], 3)
    assert services.reviews.catch_up(book.owner, ALL, date(2026, 11, 4)) == 2
    assert [int(item.id) for item in services.reviews.queue(book.owner, ALL).trades] == [book.trades[3]]
    services.journal.save(book.owner, book.account, book.trades[2], reviewed=False)
    assert services.reviews.queue(book.owner, ALL).waiting == 2


def test_the_feed_shows_days_with_trades_or_notes(services: Services) -> None:
    """Days are newest first, today on top, each with its result, trades and note, page by page."""
    book = open_notebook(services)
    services.journal.save_day_note(book.owner, date(2026, 10, 30), "Only watched.")
    page = services.journal_feed.page(book.owner, ALL, number=3)
    assert [item.day.isoformat() for item in page.days] == ["2026-11-20", "2026-11-05", "2026-11-04"]
    assert (page.days[1].total.net, [int(t.id) for t in page.days[1].trades]) == (NETS[3], [book.trades[3]])  # type: ignore[union-attr]
    rest = services.journal_feed.page(book.owner, ALL, before=page.older, number=5)
    assert [item.day.isoformat() for item in rest.days] == ["2026-11-03", "2026-11-02", "2026-10-30"]
    assert (rest.days[-1].note.note, rest.days[-1].trades, rest.older) == ("Only watched.", (), None)


def test_missed_trades_stay_out_of_every_figure(services: Services) -> None:
    """However many trades were missed, the metrics, days and trades of the book are the same."""
    book = open_notebook(services)
    before = services.portfolio.metrics(book.owner, ALL)[1], services.portfolio.days(book.owner, ALL)
    fields = {"symbol": "nvda", "side": "short", "seen_at": "2026-11-19 10:00", "planned_entry": "100", "setup": "Fade"}
    saved = services.missed_trades.save(
        book.owner, 0, {**fields, "planned_stop": "102", "planned_target": "94"}, timezone="America/New_York"
    )
    assert (saved.symbol, saved.side, saved.planned_r, saved.setup) == ("NVDA", -1, Decimal(3), "Fade")
    assert saved.seen_at.isoformat() == "2026-11-19T15:00:00+00:00"
    assert (services.portfolio.metrics(book.owner, ALL)[1], services.portfolio.days(book.owner, ALL)) == before
    services.missed_trades.delete(book.owner, saved.id)
    assert services.missed_trades.missed(book.owner) == []


def test_wrong_missed_trades_name_their_field(services: Services) -> None:
    """A missed trade that cannot be is refused, and the error names the field at fault."""
    book = open_notebook(services)
    for changes, field in WRONG_MISSED:
        fields = {"symbol": "NVDA", "seen_at": "2026-11-19", "planned_entry": "10"} | changes
        with pytest.raises(InvalidInputError) as caught:
            services.missed_trades.save(book.owner, 0, fields)
        assert caught.value.field == field


def test_search_finds_what_was_written_wherever(services: Services) -> None:
    """Trade and day notes, missed trades and setups are found by beginnings of words, without case or accents."""
    book = open_notebook(services)
    services.journal.save(
        book.owner, book.account, book.trades[0], note="Café open: chased the Breakout, <b>sorry</b>."
    )
    services.journal.save_day_note(book.owner, date(2026, 11, 3), "No breakouts today.", plan="Stay small")
    services.missed_trades.save(
        book.owner, 0, {"symbol": "TSLA", "seen_at": "2026-11-19", "reason": "Breakout, asleep"}
    )
    add_setup(services, book, "Wait for the breakout")
    found = services.journal_search.find(book.owner, "BREAK")
    assert {hit.kind for hit in found} == {"trade", "day", "missed", "setup"}
    (only,) = services.journal_search.find(book.owner, "cafe chas")
    assert only.trade is not None
    assert int(only.trade.id) == book.trades[0]
    assert [text for text, is_hit in only.snippet if is_hit] == ["Café", "chased"]
    assert "".join(text for text, _ in only.snippet) == "Café open: chased the Breakout, <b>sorry</b>."
    assert [hit.kind for hit in services.journal_search.find(book.owner, "tsla")] == ["missed"]


def test_search_takes_any_text(services: Services) -> None:
    """Nothing that is typed is an operator of the database's search."""
    book = open_notebook(services)
    services.journal.save(book.owner, book.account, book.trades[0], note="plain words")
    for asked in ODD_TEXTS:
        assert services.journal_search.find(book.owner, asked) == []


def test_search_forgets_what_is_gone(services: Services) -> None:
    """A changed note is found by its new words only; a deleted account takes its notes out of the search."""
    book = open_notebook(services)
    services.journal.save(book.owner, book.account, book.trades[0], note="alpha")
    services.journal.save(book.owner, book.account, book.trades[0], note="beta")
    assert services.journal_search.find(book.owner, "alpha") == []
    assert len(services.journal_search.find(book.owner, "beta")) == 1
    services.accounts.delete(book.owner, services.accounts.list_accounts(book.owner)[0].id)
    assert services.journal_search.find(book.owner, "beta") == []


def test_templates_are_kept_by_kind_and_name(services: Services) -> None:
    """Starters are added once; a second template of the same kind and name is a conflict."""
    book = open_notebook(services)
    number = len(services.note_templates.add_starters(book.owner))
    assert len(services.note_templates.add_starters(book.owner)) == number > 2
    first = services.note_templates.templates(book.owner, "day")[0]
    with pytest.raises(ConflictError):
        services.note_templates.save(book.owner, NoteTemplate(id=0, kind="day", name=first.name, body="x"))
    with pytest.raises(InvalidInputError):
        services.note_templates.save(book.owner, NoteTemplate(id=0, kind="week", name="x", body="x"))
    services.note_templates.delete(book.owner, first.id)
    assert len(services.note_templates.templates(book.owner)) == number - 1
