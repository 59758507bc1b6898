"""Alerts that are kept: armed, moved, spoken once across processes and restarts, and nobody else's."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from data.db import alerts as table
from domain.accounts import UserId
from domain.alerts import MOST_EVENTS, AlertDraft, AlertKind, AlertState, EventKind, PriceAlert
from domain.errors import InvalidInputError, NotFoundError, UnknownSymbolError
from domain.market import Quote
from services.alert_watch import AlertDesk
from services.container import Services
from tests.conftest import NOW


@pytest.fixture
def owner(services: Services) -> UserId:
    """Somebody without alerts."""
    return services.users.register("maya", "four unrelated words").id


def draft(level: str, kind: AlertKind = AlertKind.ABOVE, **more: object) -> AlertDraft:
    """An alert on AAPL."""
    return replace(AlertDraft(symbol="AAPL", kind=kind, level=Decimal(level)), **more)  # type: ignore[arg-type]


def price_of(services: Services) -> float:
    """The demo's price of AAPL at the tests' instant."""
    return services.quotes.quote("AAPL").price


def above(services: Services, share: float = 0.01) -> str:
    """A level somewhat above the price."""
    return f"{price_of(services) * (1 + share):.2f}"


def tick(services: Services, factor: float, seconds: float = 5, **more: object) -> dict[str, Quote]:
    """A later price of AAPL."""
    quote = services.quotes.quote("AAPL")
    at = quote.as_of + timedelta(seconds=seconds)
    made = replace(quote, price=quote.price * factor, as_of=at, fetched_at=at)
    return {"AAPL": replace(made, **more)}  # type: ignore[arg-type]


def desk_of(services: Services) -> AlertDesk:
    """A desk as a process has it that has just begun."""
    desk = AlertDesk(services.db, services.clock)
    desk.renew()
    return desk


def test_an_alert_is_armed_with_the_price_of_the_moment(services: Services, owner: UserId) -> None:
    """It knows where the price stands, so that the very next price can cross its level."""
    made = services.alerts.create(owner, draft(above(services), note="  Breakout  "))
    assert (made.state, made.note, made.symbol) == (AlertState.ARMED, "Breakout", "AAPL")
    assert made.seen is not None
    assert made.seen.price == price_of(services)
    assert desk_of(services).symbols() == ["AAPL"]


def test_a_crossing_is_told_once(services: Services, owner: UserId) -> None:
    """The alert is done, the event says what happened, and the same price again says nothing."""
    made = services.alerts.create(owner, draft(above(services), note="Breakout"))
    desk = desk_of(services)
    assert desk.show(tick(services, 1.005)) == 0
    assert desk.show(tick(services, 1.02, 10)) == 1
    desk.renew()
    assert desk.show(tick(services, 1.03, 15)) == 0
    (event,) = services.alerts.events(owner)
    assert (event.kind, event.alert_id, event.note, event.level) == (EventKind.CROSSED, made.id, "Breakout", made.level)
    assert event.before == pytest.approx(price_of(services) * 1.005)
    assert services.alerts.get(owner, made.id).state is AlertState.FIRED
    assert (services.alerts.unread(owner), services.alerts.mark_read(owner, event.id)) == (1, 1)
    assert services.alerts.unread(owner) == 0


def test_prices_far_from_every_level_are_seen_together(services: Services, owner: UserId) -> None:
    """What comes before a crossing is the price just before it, however many prices were near no level."""
    first = services.alerts.create(owner, draft(above(services)))
    services.alerts.create(owner, draft(above(services, 0.1)))
    desk = desk_of(services)
    for row, factor in enumerate((1.001, 1.002, 1.003, 1.004)):
        assert desk.show(tick(services, factor, 5 + row)) == 0
    assert desk.show(tick(services, 1.02, 10)) == 1
    (event,) = services.alerts.events(owner)
    assert event.alert_id == first.id
    assert event.before == pytest.approx(price_of(services) * 1.004)
    desk.renew()
    assert desk.show(tick(services, 1.2, 15)) == 1
    assert services.alerts.events(owner)[0].before == pytest.approx(price_of(services) * 1.02)


def test_what_was_seen_is_written_down_once_a_minute(services: Services, owner: UserId) -> None:
    """A calm hour costs a line a minute; a restart goes on from the last of them."""
    made = services.alerts.create(owner, draft(above(services)))
    desk = desk_of(services)
    kept = set()
    for seconds in range(5, 185, 5):
        desk.show(tick(services, 1.0 + seconds / 1e6, seconds))
        desk.renew()
        seen = services.alerts.get(owner, made.id).seen
        assert seen is not None
        kept.add(seen.at)
    assert len(kept) == 4


def test_of_several_processes_one_speaks(services: Services, owner: UserId) -> None:
    """Eight desks that see the same price at the same time make one event."""
    services.alerts.create(owner, draft(above(services)))
    desks, ticks = [desk_of(services) for _ in range(8)], tick(services, 1.05)
    together = threading.Barrier(len(desks))
    spoken: list[int] = []

    def look(desk: AlertDesk) -> None:
        together.wait()
        spoken.append(desk.show(ticks))

    threads = [threading.Thread(target=look, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(spoken) == 1
    assert len(services.alerts.events(owner)) == 1


def test_a_restart_goes_on_where_it_was(services: Services, owner: UserId) -> None:
    """Which side the price was on is written down when it changes: a new process misses no crossing."""
    level = f"{price_of(services) * 0.99:.2f}"
    made = services.alerts.create(owner, draft(level))  # the price is above: it has to come back first
    desk_of(services).show(tick(services, 0.98))
    kept = services.alerts.get(owner, made.id)
    assert kept.seen is not None
    assert kept.seen.price < float(level)
    assert desk_of(services).show(tick(services, 1.0, 10)) == 1


def test_what_was_missed_while_nothing_ran_is_told_as_a_gap(services: Services, owner: UserId) -> None:
    """A price beyond the level after an hour of silence speaks, and says that nothing was seen in between."""
    services.alerts.create(owner, draft(above(services)))
    assert desk_of(services).show(tick(services, 1.05, 3_600)) == 1
    assert [event.kind for event in services.alerts.events(owner)] == [EventKind.GAP]


def test_old_prices_do_not_count(services: Services, owner: UserId) -> None:
    """What is marked as old is nobody's crossing."""
    services.alerts.create(owner, draft(above(services)))
    assert desk_of(services).show(tick(services, 1.05, stale=True)) == 0


def test_an_alert_may_be_told_every_time(services: Services, owner: UserId) -> None:
    """It stays armed, and says nothing for five minutes after it has spoken."""
    made = services.alerts.create(owner, draft(above(services), repeats=True))
    desk = desk_of(services)
    shown = [desk.show(tick(services, factor, second)) or desk.renew() for second, factor in ((5, 1.02), (10, 0.99))]
    assert shown[0] == 1
    desk.show(tick(services, 1.02, 15))
    found = services.alerts.get(owner, made.id)
    assert (found.state, found.fired_count) == (AlertState.ARMED, 1)


def test_whoever_moves_an_alert_is_never_told_of_its_old_level(services: Services, owner: UserId) -> None:
    """A desk that has read the alert before it was moved, paused or deleted cannot let it speak."""
    moved = services.alerts.create(owner, draft(above(services)))
    paused = services.alerts.create(owner, draft(above(services)))
    gone = services.alerts.create(owner, draft(above(services)))
    desk = desk_of(services)
    services.alerts.change(owner, moved.id, level=Decimal(above(services, 0.5)))
    services.alerts.switch(owner, paused.id, is_on=False)
    services.alerts.delete(owner, gone.id)
    assert desk.show(tick(services, 1.05)) == 0
    assert services.alerts.events(owner) == []


def test_alerts_end(services: Services, owner: UserId) -> None:
    """After its end an alert is looked at by nobody and says so; armed again it has none."""
    made = services.alerts.create(owner, draft(above(services), expires_at=NOW + timedelta(days=1)))
    later = AlertDesk(services.db, lambda: NOW + timedelta(days=1))
    later.renew()
    assert later.symbols() == []
    assert later.show(tick(services, 1.05, 86_400)) == 0
    assert made.state_at(NOW + timedelta(days=1)) is AlertState.EXPIRED
    with pytest.raises(InvalidInputError, match="over already"):
        services.alerts.create(owner, draft("500", expires_at=NOW))


def test_a_fired_alert_is_armed_again_from_now_on(services: Services, owner: UserId) -> None:
    """Switched on it waits anew; switched off it does not."""
    made = services.alerts.create(owner, draft(above(services)))
    desk_of(services).show(tick(services, 1.05))
    again = services.alerts.switch(owner, made.id, is_on=True)
    assert again.state is AlertState.ARMED
    assert services.alerts.switch(owner, made.id, is_on=False).state is AlertState.PAUSED
    assert desk_of(services).symbols() == []
    assert services.alerts.switch(owner, made.id, is_on=True).fired_count == 1


@pytest.mark.parametrize(
    ("level", "kind", "words"),
    [("0", AlertKind.ABOVE, "not a price"), ("20", AlertKind.RISES, "A day's move"), ("-1", AlertKind.FALLS, "day's")],
)
def test_levels_that_cannot_be_are_refused(
    services: Services, owner: UserId, level: str, kind: AlertKind, words: str
) -> None:
    """A price is above zero, a day's move a fraction."""
    with pytest.raises(InvalidInputError, match=words):
        services.alerts.create(owner, draft(level, kind))


def test_a_symbol_nobody_knows_is_refused(services: Services, owner: UserId) -> None:
    """An alert that could never speak is not kept."""
    with pytest.raises(UnknownSymbolError):
        services.alerts.create(owner, replace(draft("5"), symbol="NOSUCH"))


def test_another_persons_alerts_are_not_found(services: Services, owner: UserId) -> None:
    """Neither read nor changed, paused, deleted or told."""
    made = services.alerts.create(owner, draft(above(services)))
    stranger = services.users.register("theo", "four unrelated words").id
    for act in (
        lambda: services.alerts.get(stranger, made.id),
        lambda: services.alerts.change(stranger, made.id, note="mine"),
        lambda: services.alerts.switch(stranger, made.id, is_on=False),
        lambda: services.alerts.delete(stranger, made.id),
    ):
        with pytest.raises(NotFoundError):
            act()
    desk_of(services).show(tick(services, 1.05))
    assert services.alerts.events(stranger) == []
    (event,) = services.alerts.events(owner)
    assert services.alerts.mark_read(stranger, event.id) == 0
    assert dict(services.alerts.newest([owner, stranger])) == {owner: event.id}


def test_what_was_told_outlives_its_alert_and_old_events_are_forgotten(services: Services, owner: UserId) -> None:
    """The newest few hundred stay, those of a deleted alert without its number."""
    made = services.alerts.create(owner, draft(above(services), repeats=True))
    desk_of(services).show(tick(services, 1.05))
    (event,) = services.alerts.events(owner)
    for ordinal in range(2, MOST_EVENTS + 3):
        _speak(services, owner, made, replace(event, ordinal=ordinal))
    assert len(services.alerts.events(owner, limit=10_000)) == MOST_EVENTS
    services.alerts.delete(owner, made.id)
    assert {item.alert_id for item in services.alerts.events(owner)} == {None}


def _speak(services: Services, owner: UserId, made: PriceAlert, event: object) -> None:
    with services.db.begin() as session:
        alert = table.get_alert(session, owner, made.id)
        assert alert.seen is not None
        assert table.fire(session, alert, event, alert.seen, state=AlertState.ARMED)  # type: ignore[arg-type]


def test_the_watch_looks_by_itself(services: Services, owner: UserId) -> None:
    """The thread of a server sees the demo's price on the shared board and lets the alert speak."""
    made = services.alerts.create(owner, draft(above(services), AlertKind.CROSSES))
    low = services.quotes.quote("AAPL")
    with services.db.begin() as session:  # as if the price had been far above a moment ago
        before = replace(made, seen=replace(made.seen, price=low.price * 2, at=low.as_of - timedelta(seconds=5)))  # type: ignore[type-var]
        table.change_alert(session, before)
    told = threading.Event()
    watch = services.alert_watch
    watch.start()
    try:
        for _ in range(600):
            if services.alerts.events(owner):
                break
            told.wait(0.1)
    finally:
        services.stop_alert_watch()
        services.quotes.close()
    (event,) = services.alerts.events(owner)
    assert (event.price, event.kind) == (low.price, EventKind.CROSSED)
