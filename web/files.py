"""Downloads and the streaming upload: Flask routes beside Dash, behind the same guard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from web.context import current_owner, services
from web.fills import read_fill_sort
from web.multipart import FIELD, FilePart, Stream
from web.security import accepts_upload

BLUEPRINT = Blueprint("files", __name__)
CHUNK_BYTES = 1_048_576


def install(server: Flask, *, upload_limit_bytes: int) -> None:
    """Add the routes to a server."""
    server.config["FILLWISE_UPLOAD_LIMIT"] = upload_limit_bytes
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.post("/files/import")
@accepts_upload
def upload() -> Any:
    """Take a file and answer with its key; nothing is read yet.

    The file is the raw body, with its name in the address, or the field `file` of a multipart form.
    """
    from domain.imports import safe_name

    name, chunks = _form_file() if request.mimetype == "multipart/form-data" else ("", _chunks(request.stream))
    limit = int(current_app.config["FILLWISE_UPLOAD_LIMIT"])
    name = safe_name(request.args.get("name") or name or "upload")
    stored = services().uploads.save(current_owner(), name, chunks, limit_bytes=limit)
    return jsonify(upload=stored.key, name=stored.name, size=stored.size_bytes), 201


def _form_file() -> tuple[str, Iterator[bytes]]:
    """Return the name of the form's file and its bytes, piece by piece."""
    if "files" in vars(request._get_current_object()):  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's only door
        # The guard has read the form for its token: the file lies in a temporary file by now.
        parsed = request.files.get(FIELD)
        if parsed is None:
            raise InvalidInputError("The form has no file.", field=FIELD)
        return parsed.filename or "", _chunks(parsed.stream)
    part = FilePart(request.stream, request.mimetype_params.get("boundary", ""))
    return part.name, part.chunks()


def _chunks(stream: Stream) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


@BLUEPRINT.get("/export/trades.csv")
def export_trades() -> Response:
    """Download the trades of the filter in the URL."""
    return _csv(services().exports.trades(current_owner(), _filter(), _sort()), "trades")


@BLUEPRINT.get("/export/fills.csv")
def export_fills() -> Response:
    """Download the fills of the filter in the URL, in the order and view of the page."""
    query = read_fill_sort(request.args.get("sort")).query(_filter(), request.args.get("view"))
    return _csv(services().fills.csv(current_owner(), query), "fills")


@BLUEPRINT.get("/export/trade/<int:trade_id>.csv")
def export_trade(trade_id: int) -> Response:
    """Download the executions of one trade."""
    return _csv(services().exports.trade(current_owner(), trade_id), f"trade-{trade_id}")


@BLUEPRINT.get("/export/days.csv")
def export_days() -> Response:
    """Download the calendar of the filter."""
    return _csv(services().exports.days(current_owner(), _filter()), "days")


@BLUEPRINT.get("/export/equity.csv")
def export_equity() -> Response:
    """Download the equity curve of the filter."""
    return _csv(services().exports.curve(current_owner(), _filter()), "equity")


@BLUEPRINT.get("/export/breakdown.csv")
def export_breakdown() -> Response:
    """Download one breakdown of the filter, or with `and` a table by two dimensions; `metric` names the figures."""
    from services.slices import DEFAULT_FIGURES

    by, across, owner = request.args.get("by", "symbol"), request.args.get("and", ""), current_owner()
    slugs = tuple(slug for slug in request.args.get("metric", "").split(",") if slug)
    analysis = services().analysis
    if across:
        text = analysis.cross_csv(owner, _filter(), by, across, slugs[0] if slugs else "net_pnl")
        return _csv(text, f"by-{_file_word(by)}-{_file_word(across)}")
    slugs = tuple(dict.fromkeys((*DEFAULT_FIGURES, *slugs)))
    return _csv(analysis.breakdown_csv(owner, _filter(), by, slugs, edges=request.args.get("edges", "")), f"by-{by}")


@BLUEPRINT.get("/export/luck.csv")
def export_luck() -> Response:
    """Download the headline figures of the filter with their intervals."""
    from services.edge_csv import figures_csv

    return _csv(figures_csv(services().edge, current_owner(), _filter()), "luck")


@BLUEPRINT.get("/export/setups.csv")
def export_setups() -> Response:
    """Download the setups of the filter by what is likely true of them."""
    from services.edge_csv import setups_csv

    return _csv(setups_csv(services().edge, current_owner(), _filter()), "setups")


@BLUEPRINT.get("/export/leaks.csv")
def export_leaks() -> Response:
    """Download the leaks of the filter."""
    from services.edge_csv import leaks_csv

    return _csv(leaks_csv(services().edge, current_owner(), _filter()), "leaks")


@BLUEPRINT.get("/export/what-if.csv")
def export_what_if() -> Response:
    """Download the trades of the filter that the changes of rules in the URL touch."""
    from domain.rules import rules_from_text
    from services.edge_csv import what_if_csv

    rules = rules_from_text(request.args.get("changes", ""))
    return _csv(what_if_csv(services().edge, current_owner(), _filter(), rules), "what-if")


@BLUEPRINT.get("/export/exits.csv")
def export_exits() -> Response:
    """Download the trades of the filter with their exits replayed."""
    from domain.scenarios import read_exit_choice
    from services.edge_csv import exits_csv

    return _csv(exits_csv(services().exit_replay, current_owner(), _filter(), read_exit_choice(request.args)), "exits")


@BLUEPRINT.get("/export/positions.csv")
def export_positions() -> Response:
    """Download the open positions of the filter."""
    return _csv(services().exports.holdings(current_owner(), _filter()), "positions")


@BLUEPRINT.get("/export/cash.csv")
def export_cash() -> Response:
    """Download the account statement as the Cash page shows it."""
    from domain.cash import CashKind, CashQuery
    from services.cash_csv import cash_csv

    kinds = request.args.get("kinds", "").split(",")
    account = request.args.get("account", "")
    query = CashQuery(
        account=int(account) if account.isdigit() and len(account) < 18 else None,
        currency=request.args.get("currency", ""),
        period=request.args.get("period", "all"),
        kinds=tuple(kind for kind in CashKind if kind.value in kinds),
    )
    return _csv(cash_csv(services().cash, current_owner(), query), f"cash-{_file_word(query.currency)}")


@BLUEPRINT.get("/export/transfers.csv")
def export_transfers() -> Response:
    """Download the transfers in kind with the lots that moved."""
    from services.transfer_csv import transfers_csv

    return _csv(transfers_csv(services().transfers, current_owner()), "transfers")


@BLUEPRINT.get("/export/portfolio/<string:table>.csv")
def export_portfolio(table: str) -> Response:
    """Download one table of the portfolio that the filter means."""
    from services.portfolio_exports import portfolio_csv

    found = portfolio_csv(services().portfolios, current_owner(), table, _filter(), request.args)
    return _csv(found, f"portfolio-{_file_word(table)}")


@BLUEPRINT.get("/logos/<symbol>")
def show_logo(symbol: str) -> Response:
    """Return the logo of a symbol from our own store: no browser asks another machine for it."""
    from domain.watchlists import read_symbol

    picture = services().logos.logo(read_symbol(symbol))
    return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


@BLUEPRINT.get("/export/screen.csv")
def export_screen() -> Response:
    """Download what a screen finds; the query is that of the page."""
    from domain.screens import Screen
    from services.screener import screen_csv

    found = services().screener.run(current_owner(), Screen.from_query(request.args))
    return _csv(screen_csv(found), "screen")


@BLUEPRINT.get("/export/watchlist.csv")
def export_watchlist() -> Response:
    """Download one watchlist, the first without a number."""
    from services.watchlist_files import list_csv

    text = request.args.get("list", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    name = services().watchlists.get(current_owner(), number).name
    return _csv(list_csv(services().watchlists, current_owner(), number), f"watchlist-{_file_word(name)}")


@BLUEPRINT.get("/export/candles.csv")
def export_candles() -> Response:
    """Download the candles and indicators of a chart; the query is that of the Market page."""
    from domain.charts import ChartChoice
    from services.market import candles_csv

    data = services().market.chart(current_owner(), ChartChoice.from_query(request.args))
    return _csv(candles_csv(data), f"{_file_word(data.choice.symbol)}-{data.choice.interval}")


def _file_word(text: str) -> str:
    """Return a symbol as part of a file name."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in text).strip("-").lower() or "symbol"


@BLUEPRINT.get("/export/problems/<int:import_id>.csv")
def export_problems(import_id: int) -> Response:
    """Download the rows of an import that could not be used."""
    return _csv(services().exports.problems(current_owner(), import_id), f"problems-{import_id}")


def _filter() -> LedgerFilter:
    return LedgerFilter.from_query(request.args)


def _sort() -> list[tuple[str, bool]]:
    """Read `sort=net:desc,closed_at:asc`."""
    parts = [part.partition(":") for part in request.args.get("sort", "").split(",") if part]
    return [(name, order == "desc") for name, _, order in parts]


def _csv(pieces: Iterator[str], name: str) -> Response:
    today = services().clock().date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="fillwise-{name.replace(chr(34), "")}-{today}.csv"'}
    # The first piece is made here, so that an error is an answer and not a broken download.
    first = next(pieces, "")

    def body() -> Iterator[str]:
        yield first
        yield from pieces

    return Response(body(), mimetype="text/csv", headers=headers)
