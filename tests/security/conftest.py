"""Fixtures of the guard's tests: the small app of the sign-in tests."""

from __future__ import annotations

from tests.web.auth.conftest import small

__all__ = ["small"]
