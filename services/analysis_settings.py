"""What figures are worked out by: the user's default and what accounts have of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.db import accounts as account_table
from data.db import analysis_settings as table
from data.db.engine import Database
from domain.accounts import Account, UserId
from domain.analysis_rules import AnalysisRules, AnalysisSettings, read_settings, rules_for


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsOfAll:
    """Settings of a user.

    Attributes:
        default: Of the user; None stands for zero, auto and no number.
        accounts: The user's accounts by name.
        own: What each account has of its own; None takes the default.
    """

    default: AnalysisSettings
    accounts: tuple[Account, ...]
    own: Mapping[int, AnalysisSettings]


def read_rules(db: Database, owner: UserId, accounts: Iterable[int]) -> AnalysisRules:
    """Return what figures about some accounts of a user are worked out by."""
    with db.read() as session:
        default, own = table.read_settings(session, owner)
    return rules_for(default, {int(account): item for account, item in own.items()}, accounts)


class AnalysisSettingsService:
    """Reads and writes the settings; figures follow with the next question, nothing is computed anew before."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def read(self, owner: UserId) -> SettingsOfAll:
        """Return the settings of a user and of each account."""
        with self._db.read() as session:
            default, own = table.read_settings(session, owner)
            accounts = tuple(account_table.list_accounts(session, owner))
        found = {int(account.id): own.get(account.id, AnalysisSettings()) for account in accounts}
        return SettingsOfAll(default=default, accounts=accounts, own=found)

    def save_default(self, owner: UserId, values: Mapping[str, str]) -> AnalysisSettings:
        """Replace the default of a user; values as a person enters them, "" for the built-in one.

        Raises:
            InvalidInputError: If one cannot be read.
        """
        settings = read_settings(values)
        with self._db.begin() as session:
            table.save_default(session, owner, settings)
        return settings

    def save_account(self, owner: UserId, account_id: int, values: Mapping[str, str]) -> AnalysisSettings:
        """Replace what an account has of its own; values as a person enters them, "" for the default.

        Raises:
            InvalidInputError: If one cannot be read.
            NotFoundError: If the owner has no such account.
        """
        settings = read_settings(values)
        with self._db.begin() as session:
            table.save_own(session, owner, account_id, settings)
        return settings
