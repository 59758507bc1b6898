"""What figures are worked out by: a default, and what accounts have of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from web.api.contract import Topic
from web.api.values import DecimalText, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.analysis_rules import AnalysisSettings

TOPIC = Topic(
    "Analysis",
    "/api/v1",
    "Breakeven tolerance, days of a year, risk-free rate and strategies tried. A trade is judged by the tolerance of "
    "its own account; the others hold for a set of trades: where the accounts with trades in it agree, by what they "
    "say, else by the default.",
)


class SettingsPart(Schema):
    """Settings; null takes the default, and at the default itself 0, auto and no number."""

    breakeven_money: DecimalText | None = Field(
        None, description="P&L or price result up to so much either way is a breakeven, in the trade's currency."
    )
    breakeven_r: DecimalText | None = Field(None, description="The same in R, where a risk was planned.")
    year_days: Literal["auto", "252", "365"] | None = Field(
        None, description="Session days of a year; auto is 365 where nothing but coins is traded, else 252."
    )
    risk_free: str | None = Field(
        None, max_length=4_000, description='Percent a year: "4.5", or dated rates "2024-01-01 5.25; 2025-09-18 4".'
    )
    trials: int | None = Field(None, ge=1, le=1_000_000, description="Strategies tried, for the deflated Sharpe ratio.")


class AccountSettings(SettingsPart):
    """Settings of an account."""

    account: int
    name: str


class AllSettings(Schema):
    """The default and every account."""

    default: SettingsPart
    accounts: list[AccountSettings]


@TOPIC.get("/settings/analysis", AllSettings)
def read_analysis_settings() -> AllSettings:
    """Return what figures are worked out by."""
    found = services().analysis_settings.read(current_owner())
    accounts = [
        AccountSettings(account=int(item.id), name=item.name, **_values(found.own[int(item.id)]))
        for item in found.accounts
    ]
    return AllSettings(default=SettingsPart(**_values(found.default)), accounts=accounts)


@TOPIC.put("/settings/analysis", SettingsPart, body=SettingsPart)
def set_analysis_default(body: SettingsPart) -> SettingsPart:
    """Replace the default."""
    return SettingsPart(**_values(services().analysis_settings.save_default(current_owner(), _texts(body))))


@TOPIC.put("/accounts/<int:account_id>/analysis", SettingsPart, body=SettingsPart, errors=(404,))
def set_account_analysis(account_id: int, body: SettingsPart) -> SettingsPart:
    """Replace what an account has of its own."""
    saved = services().analysis_settings.save_account(current_owner(), account_id, _texts(body))
    return SettingsPart(**_values(saved))


def _texts(body: SettingsPart) -> dict[str, str]:
    values = body.model_dump()
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _values(settings: AnalysisSettings) -> dict[str, Any]:
    from domain.analysis_rules import write_settings

    texts: dict[str, Any] = {name: text or None for name, text in write_settings(settings).items()}
    return texts | {"trials": settings.trials}
