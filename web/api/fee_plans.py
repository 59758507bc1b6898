"""Fee plans: how an account's charges are estimated where its files state none."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from domain.errors import InvalidInputError
from domain.fee_plan_text import fee_plan_values, read_fee_plan
from domain.fee_plans import FeePlan
from web.api.contract import Topic
from web.api.values import Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Fee plans",
    "/api/v1",
    "Estimated fees for fills whose file states none. They are marked `fees_estimated` wherever they count, never "
    "stored over the file's own values, and gone as soon as a later file states the real ones.",
)
_PLAN = "/accounts/<int:account_id>/fee-plan"
Scope = Literal[
    "everything", "stock", "fund", "bond", "option", "future", "future_option", "forex", "crypto", "cfd", "index",
    "equity_delivery", "equity_intraday", "equity_future", "equity_option", "commodity_future", "commodity_option",
    "farm_future", "farm_option", "currency_future", "currency_option",
]  # fmt: skip


class TierRow(Schema):
    """The rate of the part above a quantity, or above a value where the rule is a percentage."""

    above: str
    rate: str


class RuleRow(Schema):
    """One charge. Decimals are texts; a percentage is written as such: "0.1" is 0.1 %."""

    label: str
    basis: Literal["per_unit", "per_contract", "per_fill", "percent", "percent_of_premium", "percent_of_charges"]
    rate: str
    applies_to: list[Scope] = Field(default=["everything"])
    side: Literal["both", "buy", "sell"] = "both"
    minimum: str | None = Field(None, description="Least amount of one fill.")
    maximum: str | None = Field(None, description="Most of one fill.")
    tiers: list[TierRow] = Field(default_factory=list, description="Ascending; each part pays its own tier's rate.")
    tier_by: Literal["fill", "month"] = "fill"
    of: list[str] = Field(default_factory=list, description="Labels a percentage of charges is taken of.")
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="The first trading day without it.")
    rounding: Literal["nearest", "up"] = "nearest"
    places: int = Field(2, ge=0, le=8)
    round_by: Literal["fill", "day"] = Field("fill", description="What is rounded: fills, or an instrument's day.")
    source: str = ""


class Plan(Schema):
    """Rules in order; every rule that fits a fill adds its amount."""

    name: str
    currency: str = Field("", description='Of its amounts; "" for percentages in each instrument\'s own.')
    preset: str = ""
    about: str = ""
    rules: list[RuleRow]


class PlanChange(Schema):
    """A plan of your own, or the slug of one that comes with Fillwise."""

    preset: str = Field("", description="Instead of a plan: the slug of a preset, taken as it is.")
    plan: Plan | None = None


class PlanAnswer(Schema):
    """An account's plan."""

    account_id: int
    plan: Plan | None = Field(description="null: the account's fees are those of its files.")


class PlanList(Schema):
    """The plans that come with Fillwise."""

    items: list[Plan]
    next_cursor: str | None = None


@TOPIC.get("/fee-plans", PlanList)
def list_fee_plans() -> PlanList:
    """List the presets, each rate with the days it holds for and its source in words."""
    return PlanList(items=[_row(plan) for plan in services().fee_plans.presets()])


@TOPIC.get(_PLAN, PlanAnswer, errors=(404,))
def read_fee_plan_of_account(account_id: int) -> PlanAnswer:
    """Return an account's fee plan."""
    plan = services().fee_plans.plan(current_owner(), account_id)
    return PlanAnswer(account_id=account_id, plan=None if plan is None else _row(plan))


@TOPIC.put(_PLAN, PlanAnswer, body=PlanChange, errors=(404,))
def set_fee_plan(account_id: int, body: PlanChange) -> PlanAnswer:
    """Set an account's fee plan: its fills without a fee are estimated by it from now on."""
    saved = services().fee_plans.save(current_owner(), account_id, _chosen(body))
    return PlanAnswer(account_id=account_id, plan=_row(saved))


@TOPIC.delete(_PLAN, PlanAnswer, errors=(404,))
def remove_fee_plan(account_id: int) -> PlanAnswer:
    """Take an account's fee plan away; its estimates go with it. Without one nothing happens."""
    services().fee_plans.remove(current_owner(), account_id)
    return PlanAnswer(account_id=account_id, plan=None)


def _chosen(body: PlanChange) -> FeePlan:
    if bool(body.preset) == (body.plan is not None):
        raise InvalidInputError("Send a plan, or the slug of a preset.", field="plan", hint='{"preset": "india-nse"}')
    return services().fee_plans.preset(body.preset) if body.plan is None else read_fee_plan(_values(body.plan))


def _values(plan: Plan) -> dict[str, Any]:
    values: dict[str, Any] = plan.model_dump(mode="json")
    return values


def _row(plan: FeePlan) -> Plan:
    return Plan.model_validate(fee_plan_values(plan))
