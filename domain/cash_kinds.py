"""What moves cash, by kind."""

from __future__ import annotations

from enum import StrEnum


class CashKind(StrEnum):
    """Why cash moved; the order is that of chips and totals."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    BUY = "buy"
    SELL = "sell"
    REALISED = "realised"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    REWARD = "reward"
    FEE = "fee"
    TAX = "tax"
    FUNDING = "funding"
    CONVERSION = "conversion"
    CORPORATE_ACTION = "corporate_action"
    ADJUSTMENT = "adjustment"

    @property
    def code(self) -> int:
        """Position in `CASH_KINDS`, as columns hold it."""
        return CASH_KINDS.index(self)


CASH_KINDS = tuple(CashKind)


CASH_TITLES: dict[CashKind, str] = {
    CashKind.DEPOSIT: "Deposits",
    CashKind.WITHDRAWAL: "Withdrawals",
    CashKind.TRANSFER: "Transfers",
    CashKind.BUY: "Bought",
    CashKind.SELL: "Sold",
    CashKind.REALISED: "Realised P&L",
    CashKind.DIVIDEND: "Dividends",
    CashKind.INTEREST: "Interest",
    CashKind.REWARD: "Rewards and rebates",
    CashKind.FEE: "Fees",
    CashKind.TAX: "Tax",
    CashKind.FUNDING: "Funding and borrow",
    CashKind.CONVERSION: "Conversions",
    CashKind.CORPORATE_ACTION: "Corporate actions",
    CashKind.ADJUSTMENT: "Adjustments",
}
