"""Chooses the columns of a table of fills: names, then values, then what the numbers prove about each other."""

from __future__ import annotations

from data.brokers.column_checks import Numbers, Product, check_product, find_products, tell_price
from data.brokers.column_choice import Choice, choose_named, named, take_named, tell_values
from data.brokers.column_profiles import ColumnProfile, Kind
from data.brokers.field_words import fold_name, match_names, name_purpose

FILL_ORDER = ("symbol", "side", "quantity", "price", "fees", "fee_currency", "currency", "broker_id", "order_id",
              "asset_class", "multiplier", "account", "status", "tag", "amount")  # fmt: skip


TOLD = 0.5
"""Confidence from which a quantity is told from a price without asking."""


def choose_fills(choice: Choice) -> None:
    """Choose the columns of a table of fills."""
    _choose_time(choice)
    for name in FILL_ORDER:
        choose_named(choice, name)
        if name == "side":
            _choose_mixed_side(choice)
    _prefer_isin(choice)
    _choose_unnamed(choice)
    _choose_pair(choice)
    settle_numbers(choice)


def _choose_time(choice: Choice) -> None:
    """Choose executed_at, or date and time; a date without a clock comes last."""
    columns = choice.columns
    timed = [item for item in named(choice, "executed_at") if not name_purpose(columns[item[0]].title)]
    whole = [item for item in timed if columns[item[0]].fits(Kind.MOMENT)]
    days = [item for item in named(choice, "date") if columns[item[0]].fits(Kind.DAY)]
    clocks = [item for item in named(choice, "time") if columns[item[0]].fits(Kind.CLOCK)]
    dated = [item for item in timed if columns[item[0]].fits(Kind.DATED)]
    if whole and whole[0][1].is_whole:
        return take_named(choice, "executed_at", *whole[0])
    if days and clocks and days[0][0] != clocks[0][0]:
        take_named(choice, "date", *days[0])
        return take_named(choice, "time", *clocks[0])
    if whole or dated:
        return take_named(choice, "executed_at", *(whole or dated)[0])
    return _choose_unnamed_time(choice)


def _choose_unnamed_time(choice: Choice) -> None:
    fit = [name for name in choice.free() if choice.columns[name].share(Kind.MOMENT) >= 0.9]
    days = [name for name in choice.free() if choice.columns[name].share(Kind.DAY) >= 0.9]
    clocks = [name for name in choice.free() if choice.columns[name].share(Kind.CLOCK) >= 0.9]
    if fit:
        said = "" if len(fit) == 1 else f", the first of {len(fit)} such columns"
        choice.take("executed_at", fit[0], [f"Every value is a date with a time of day{said}."], 0.7 / len(fit) ** 0.5)
    elif days and clocks and days[0] != clocks[0]:
        choice.take("date", days[0], ["Every value is a date."], 0.65 / len(days) ** 0.5)
        choice.take("time", clocks[0], ["Every value is a time of day."], 0.65 / len(clocks) ** 0.5)
    elif days:
        said = "" if len(days) == 1 else f", the first of {len(days)} such columns"
        choice.take("executed_at", days[0], [f"Every value is a date{said}."], 0.65 / len(days) ** 0.5)


def _choose_mixed_side(choice: Choice) -> None:
    """Take a column named like a side in which few rows are trades: passing it over would turn all rows into trades."""
    if "side" not in choice.fields:
        for column, match in named(choice, "side"):
            profile = choice.columns[column]
            if match.is_whole and profile.share(Kind.SIDE) > 0 and not profile.fits(Kind.NUMBER):
                return take_named(choice, "side", column, match)
    return None


def _choose_unnamed(choice: Choice) -> None:
    """Give the fields that no name tells to columns whose values leave no doubt."""
    columns = choice.columns
    if "side" not in choice.fields:
        fit = [name for name in choice.free() if _tells_sides(columns[name])]
        fit = [name for name in fit if not columns[name].fits(Kind.NUMBER)]
        if fit:
            choice.take("side", fit[0], tell_values(columns[fit[0]], "side"), 0.75)
    if "symbol" not in choice.fields:
        _choose_unnamed_symbol(choice)
    if "currency" not in choice.fields:
        fit = [name for name in choice.free() if columns[name].share(Kind.CURRENCY) == 1 and columns[name].filled > 0]
        if len(fit) == 1:
            choice.take("currency", fit[0], tell_values(columns[fit[0]], "currency"), 0.7)


def _tells_sides(profile: ColumnProfile) -> bool:
    """Whether a column under any name holds sides, with or without deposits and dividends between them."""
    sides, others = profile.share(Kind.SIDE), profile.share(Kind.ACTIVITY)
    return sides >= 0.3 and sides + others >= 0.95 and profile.distinct <= 12


def _prefer_isin(choice: Choice) -> None:
    """Let a column of ISINs take the place of one whose name only contains a word for the instrument."""
    column = choice.fields.get("symbol")
    if column is None or any(m.field == "symbol" and m.is_whole for m in match_names(choice.columns[column].title)):
        return
    isins = [name for name in choice.free() if choice.columns[name].share(Kind.ISIN) >= 0.8]
    if isins:
        choice.take("symbol", isins[0], ["Most values are an ISIN."], 0.75)


def _choose_unnamed_symbol(choice: Choice) -> None:
    isins = [name for name in choice.free() if choice.columns[name].share(Kind.ISIN) >= 0.95]
    tickers = [
        name
        for name in choice.free()
        if choice.columns[name].share(Kind.TICKER) >= 0.9 and not _says_other(choice.columns[name])
    ]
    # A ticker comes back in other rows and has no digits; what never does is an id.
    tickers.sort(key=lambda name: -_likeness(choice.columns[name]))
    if isins:
        choice.take("symbol", isins[0], ["Every value is an ISIN."], 0.75)
    elif tickers:
        said = "" if len(tickers) == 1 else f", and of {len(tickers)} such columns the most"
        choice.take("symbol", tickers[0], [f"Every value looks like a ticker{said}."], 0.55 / len(tickers) ** 0.5)


def _likeness(profile: ColumnProfile) -> float:
    """Return how much a column looks like one of tickers, from 0 to 2."""
    letters = sum(value.isalpha() for value in profile.values if value) / profile.filled
    return letters + (1 - profile.distinct / profile.filled)


def _says_other(profile: ColumnProfile) -> bool:
    kinds = (Kind.SIDE, Kind.CURRENCY, Kind.STATUS, Kind.ASSET, Kind.ACTIVITY, Kind.MOMENT)
    is_other = any(profile.share(kind) >= 0.8 for kind in kinds) or profile.distinct == profile.filled > 8
    return is_other or bool(match_names(profile.title)) or profile.filled == 0


def settle_numbers(choice: Choice) -> None:
    """Check, and where names fail find, quantity, price and amount by their product."""
    if {"quantity", "price", "amount"} <= set(choice.fields):
        product = _best_amount(choice)
        if product.is_proven:
            return _prove(choice, product)
    found = find_products(_numeric(choice))
    found = [item for item in found if _agrees(choice, item)]
    if found:
        return _apply_product(choice, found[0])
    return _count_amount(choice)


def _count_amount(choice: Choice) -> None:
    """Take a column "Amount" as the quantity where nothing else counts: coins are counted so."""
    if "quantity" in choice.fields or "price" not in choice.fields or "buy_quantity" in choice.fields:
        return
    named = [choice.fields["amount"]] if "amount" in choice.fields else []
    named += [name for name in choice.free() if choice.columns[name].fits(Kind.NUMBER)]
    for column in named:
        if fold_name(choice.columns[column].title) not in ("amount", "betrag", "сумма"):
            continue
        if choice.fields.get("amount") == column:
            choice.drop("amount")
        choice.take("quantity", column, [f"Named {choice.columns[column].title!r}, and nothing else counts."], 0.7)
        choose_named(choice, "amount")
        if "amount" in choice.fields and (product := _best_amount(choice)).is_proven:
            _prove(choice, product)
        return


def _best_amount(choice: Choice) -> Product:
    """Return the product of quantity and price with that column called an amount which fits best."""
    quantity, price = choice.fields["quantity"], choice.fields["price"]
    names = [choice.fields["amount"], *(column for column, match in named(choice, "amount") if match.is_whole)]
    names = [name for name in names if choice.columns[name].fits(Kind.NUMBER)]
    products = [check_product(choice.numbers, quantity, price, name) for name in names]
    nothing = Product(quantity=quantity, price=price, amount=choice.fields["amount"], size=1.0, fitting=0, rows=0)
    return max(products, key=lambda item: (item.is_proven, item.size == 1.0, item.fitting), default=nothing)


def _numeric(choice: Choice) -> dict[str, Numbers]:
    """Return the columns that may be quantity, price or amount."""
    allowed = {choice.fields.get(name) for name in ("quantity", "price", "amount")} | set(choice.free())
    return {
        name: choice.numbers[name]
        for name in choice.columns
        if name in allowed
        and choice.columns[name].fits(Kind.NUMBER)
        and not choice.columns[name].fits(Kind.MOMENT)
        and not name_purpose(choice.columns[name].title)
    }


def _agrees(choice: Choice, product: Product) -> bool:
    """Whether a product keeps a quantity and a price that were clearly named, except for an "amount"."""
    factors = {product.quantity, product.price}
    firm = {
        choice.fields[name]
        for name in ("quantity", "price")
        if name in choice.fields and choice.sure[choice.fields[name]] >= 0.85
    }
    return firm <= factors


def _apply_product(choice: Choice, product: Product) -> None:
    one, two = product.quantity, product.price
    if choice.fields.get("quantity") in (one, two):
        quantity = choice.fields["quantity"]
        price, confidence = (two if quantity == one else one), 0.9
    elif choice.fields.get("price") in (one, two):
        price, confidence = choice.fields["price"], 0.9
    else:
        groups = choice.columns[choice.fields["symbol"]].values if "symbol" in choice.fields else ()
        price, confidence = tell_price(choice.numbers, groups or [""] * len(choice.numbers[one]), one, two)
    quantity = two if price == one else one
    kept = {name: choice.fields.get(name) for name in ("quantity", "price")}
    for name, column, sentence in (
        ("quantity", quantity, "Of the two factors the one with a sign, or with whole numbers."),
        ("price", price, "Of the two factors the one without a sign and with decimals."),
    ):
        if kept[name] != column:
            choice.take(name, column, [sentence], 0.5 + confidence / 2)
    if choice.fields.get("amount") != product.amount:
        choice.take("amount", product.amount, [], 0.5)
    choice.is_pair_open = confidence < TOLD
    _prove(choice, check_product(choice.numbers, quantity, price, product.amount), roles=0.5 + confidence / 2)


def _prove(choice: Choice, product: Product, *, roles: float = 1.0) -> None:
    """Book a product that comes out as evidence for its three columns.

    Args:
        choice: What has been chosen.
        product: The proof.
        roles: How sure it is which factor is the quantity; the product does not tell.
    """
    if choice.fields.get("amount") != product.amount:
        choice.take("amount", product.amount, [], 0.6)
    titles = {name: choice.columns[getattr(product, name)].title for name in ("quantity", "price", "amount")}
    size = "" if product.size == 1 else f" × {product.size:g}"
    said = (
        f"|{titles['quantity']} × {titles['price']}|{size} equals {titles['amount']} in {product.fitting} of "
        f"{product.rows} rows."
    )
    for name in ("quantity", "price", "amount"):
        sure = 0.95 if product.rows >= 3 else 0.85
        choice.prove(getattr(product, name), said, sure if name == "amount" else min(sure, roles), is_strongest=True)
    choice.product = product


def _choose_pair(choice: Choice) -> None:
    """Take one column of bought and one of sold quantities where there is none of both."""
    if "quantity" in choice.fields:
        return
    found = {
        name: [item for item in named(choice, name) if item[1].is_whole] for name in ("buy_quantity", "sell_quantity")
    }
    if not all(found.values()):
        return
    for name, ((column, match), *_) in found.items():
        # A file of purchases alone has nothing in the other column.
        if choice.columns[column].fits(Kind.NUMBER) or not choice.columns[column].filled:
            take_named(choice, name, column, match)
