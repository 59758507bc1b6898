"""Setups with rules, tags in groups, and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.journal import NoteTemplate, TagGroup
from domain.playbooks import Rule, Setup
from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import FloatText, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.journal import TagCost
    from domain.playbooks import Playbook, Tally

TOPIC = Topic("Playbooks", "/api/v1/journal", "Setups and their rules, tags and mistakes, templates.")
_SETUP = "/setups/<int:setup_id>"
_TAG = "/tags/<int:tag_id>"
_GROUP = "/tag-groups/<int:group_id>"
_TEMPLATE = "/templates/<int:template_id>"
Kind = Literal["tag", "mistake", "quality"]
Colour = Literal["grey", "accent", "green", "red", "amber", "blue", "violet"]


class Deleted(Schema):
    """What is gone."""

    id: int


class TallyRow(Schema):
    """Closed trades and what they made."""

    trades: int
    wins: int
    net: FloatText
    mean_r: float | None = Field(description="null when no trade has an initial risk.")
    with_r: int = Field(description="How many have one.")


class RuleResultRow(Schema):
    """A rule, and what trades made that followed or broke it; `rule=<id>-broken` of a filter leads to them."""

    id: int
    text: str
    followed: TallyRow
    broken: TallyRow
    unanswered: int = Field(description="Trades of the setup without an answer to it.")
    cost: float | None = Field(
        description="P&L of the trades that broke it, less as many at the mean of those that followed it; null while "
        "there are none of either."
    )


class SetupRow(Schema):
    """A setup with the closed trades of the filter."""

    id: int
    name: str
    description: str
    currency: str
    all: TallyRow
    followed: TallyRow = Field(description="Trades with every answered rule followed.")
    broken: TallyRow = Field(description="Trades with at least one rule broken.")
    unanswered: int
    rules: list[RuleResultRow]


class SetupList(Schema):
    """Setups by name."""

    items: list[SetupRow]


class RuleBody(Schema):
    """A rule; without an id it is new."""

    id: int = Field(0, ge=0)
    text: str = Field(min_length=1, max_length=300)


class SetupBody(Schema):
    """A setup as it shall be. A rule that is left out goes, with what trades answered."""

    name: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=10_000)
    rules: list[RuleBody] = Field([], max_length=30)


class SetupSaved(Schema):
    """A setup as it was saved."""

    id: int
    name: str
    description: str
    rules: list[RuleBody]


@TOPIC.get("/setups", SetupList, query=LedgerQuery, errors=(404,))
def list_setups(query: LedgerQuery) -> SetupList:
    """List setups with what their closed trades made, rules followed and broken apart."""
    owner = current_owner()
    found = services().playbooks.results(owner, query.to_filter(owner))
    return SetupList(items=[_setup(item) for item in found])


@TOPIC.post("/setups", {201: SetupSaved}, body=SetupBody, errors=(409,))
def add_setup(body: SetupBody) -> tuple[SetupSaved, int]:
    """Add a setup."""
    return _save_setup(0, body), 201


@TOPIC.put(_SETUP, SetupSaved, body=SetupBody, errors=(404, 409))
def change_setup(setup_id: int, body: SetupBody) -> SetupSaved:
    """Change a setup; rules keep their answers by their id."""
    return _save_setup(setup_id, body)


@TOPIC.delete(_SETUP, Deleted, errors=(404,))
def delete_setup(setup_id: int) -> Deleted:
    """Remove a setup; its trades stay, without one."""
    services().playbooks.delete(current_owner(), setup_id)
    return Deleted(id=setup_id)


def _save_setup(setup_id: int, body: SetupBody) -> SetupSaved:
    rules = tuple(Rule(id=item.id, text=item.text) for item in body.rules)
    made = Setup(id=setup_id, name=body.name, description=body.description, rules=rules)
    saved = services().playbooks.save(current_owner(), made)
    return SetupSaved(
        id=saved.id,
        name=saved.name,
        description=saved.description,
        rules=[RuleBody(id=rule.id, text=rule.text) for rule in saved.rules],
    )


def _setup(item: Playbook) -> SetupRow:
    rules = [
        RuleResultRow(
            id=each.rule.id,
            text=each.rule.text,
            followed=_tally(each.followed),
            broken=_tally(each.broken),
            unanswered=each.unanswered,
            cost=each.cost,
        )
        for each in item.rules
    ]
    return SetupRow(
        id=item.setup.id,
        name=item.setup.name,
        description=item.setup.description,
        currency=item.currency,
        all=_tally(item.all),
        followed=_tally(item.followed),
        broken=_tally(item.broken),
        unanswered=item.unanswered,
        rules=rules,
    )


def _tally(made: Tally) -> TallyRow:
    return TallyRow(trades=made.trades, wins=made.wins, net=made.net, mean_r=made.mean_r, with_r=made.with_r)


class TagRow(Schema):
    """A tag with what the closed trades of the filter made that carry it."""

    id: int
    name: str
    kind: Kind
    group_id: int | None
    trades: TallyRow
    currency: str


class TagList(Schema):
    """Tags, the dearest first."""

    items: list[TagRow]


class TagBody(Schema):
    """A tag as it shall be."""

    name: str = Field(min_length=1, max_length=80, description="The name of another tag joins the two.")
    group_id: int | None = Field(None, ge=1)


class TagSaved(Schema):
    """A tag as it was saved."""

    id: int
    name: str
    kind: Kind
    group_id: int | None


@TOPIC.get("/tags", TagList, query=LedgerQuery, errors=(404,))
def list_tags(query: LedgerQuery) -> TagList:
    """List tags with what their trades made; of a mistake that is its cost."""
    owner = current_owner()
    found, currency = services().tagging.costs(owner, query.to_filter(owner))
    return TagList(items=[_tag(item, currency) for item in found])


@TOPIC.post("/tags", {201: TagSaved}, body=TagBody, errors=(404,))
def add_tag(body: TagBody) -> tuple[TagSaved, int]:
    """Add a tag."""
    return _save_tag(0, body), 201


@TOPIC.put(_TAG, TagSaved, body=TagBody, errors=(404,))
def change_tag(tag_id: int, body: TagBody) -> TagSaved:
    """Rename a tag or move it to a group."""
    return _save_tag(tag_id, body)


@TOPIC.delete(_TAG, Deleted, errors=(404,))
def delete_tag(tag_id: int) -> Deleted:
    """Remove a tag, from every trade too."""
    services().tagging.delete_tag(current_owner(), tag_id)
    return Deleted(id=tag_id)


def _save_tag(tag_id: int, body: TagBody) -> TagSaved:
    saved = services().tagging.save_tag(current_owner(), tag_id, body.name, body.group_id)
    return TagSaved(id=saved.id, name=saved.name, kind=saved.group, group_id=saved.group_id)  # type: ignore[arg-type]


def _tag(item: TagCost, currency: str) -> TagRow:
    made = TallyRow(trades=item.trades, wins=item.wins, net=item.net, mean_r=item.mean_r, with_r=item.with_r)
    tag = item.tag
    return TagRow(id=tag.id, name=tag.name, kind=tag.group, group_id=tag.group_id, trades=made, currency=currency)  # type: ignore[arg-type]


class GroupBody(Schema):
    """A group as it shall be; its tags become of its kind."""

    name: str = Field(min_length=1, max_length=80)
    kind: Kind = "tag"
    colour: Colour = "grey"


class GroupRow(GroupBody):
    """A group of tags."""

    id: int


class GroupList(Schema):
    """Groups in order."""

    items: list[GroupRow]


@TOPIC.get("/tag-groups", GroupList)
def list_tag_groups() -> GroupList:
    """List the groups of tags."""
    return GroupList(items=[_group(item) for item in services().tagging.groups(current_owner())])


@TOPIC.post("/tag-groups", {201: GroupRow}, body=GroupBody, errors=(409,))
def add_tag_group(body: GroupBody) -> tuple[GroupRow, int]:
    """Add a group."""
    return _save_group(0, body), 201


@TOPIC.put(_GROUP, GroupRow, body=GroupBody, errors=(404, 409))
def change_tag_group(group_id: int, body: GroupBody) -> GroupRow:
    """Change a group."""
    return _save_group(group_id, body)


@TOPIC.delete(_GROUP, Deleted, errors=(404,))
def delete_tag_group(group_id: int) -> Deleted:
    """Remove a group; its tags stay, in none."""
    services().tagging.delete_group(current_owner(), group_id)
    return Deleted(id=group_id)


def _save_group(group_id: int, body: GroupBody) -> GroupRow:
    made = TagGroup(id=group_id, name=body.name, kind=body.kind, colour=body.colour)
    return _group(services().tagging.save_group(current_owner(), made))


def _group(item: TagGroup) -> GroupRow:
    return GroupRow(id=item.id, name=item.name, kind=item.kind, colour=item.colour)  # type: ignore[arg-type]


class TemplateBody(Schema):
    """A template as it shall be."""

    kind: Literal["trade", "day"]
    name: str = Field(min_length=1, max_length=80)
    body: str = Field(min_length=1, max_length=20_000, description="Markdown.")


class TemplateRow(TemplateBody):
    """A text to start a note with."""

    id: int


class TemplateList(Schema):
    """Templates by kind and name."""

    items: list[TemplateRow]


@TOPIC.get("/templates", TemplateList)
def list_note_templates() -> TemplateList:
    """List the templates of notes."""
    return TemplateList(items=[_template(item) for item in services().note_templates.templates(current_owner())])


@TOPIC.post("/templates", {201: TemplateRow}, body=TemplateBody, errors=(409,))
def add_note_template(body: TemplateBody) -> tuple[TemplateRow, int]:
    """Add a template."""
    made = NoteTemplate(id=0, kind=body.kind, name=body.name, body=body.body)
    return _template(services().note_templates.save(current_owner(), made)), 201


@TOPIC.put(_TEMPLATE, TemplateRow, body=TemplateBody, errors=(404, 409))
def change_note_template(template_id: int, body: TemplateBody) -> TemplateRow:
    """Change a template."""
    made = NoteTemplate(id=template_id, kind=body.kind, name=body.name, body=body.body)
    return _template(services().note_templates.save(current_owner(), made))


@TOPIC.delete(_TEMPLATE, Deleted, errors=(404,))
def delete_note_template(template_id: int) -> Deleted:
    """Remove a template."""
    services().note_templates.delete(current_owner(), template_id)
    return Deleted(id=template_id)


def _template(item: NoteTemplate) -> TemplateRow:
    return TemplateRow(id=item.id, kind=item.kind, name=item.name, body=item.body)  # type: ignore[arg-type]
