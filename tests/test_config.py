"""Settings come from the environment, with a sentence for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import load_settings
from domain.errors import SettingsError


def test_nothing_is_required(tmp_path: Path) -> None:
    """Without any variable the app serves on loopback with SQLite and the demo."""
    settings = load_settings({})
    assert (settings.host, settings.port, settings.signup) == ("127.0.0.1", 8000, "open")
    assert settings.quotes == ("demo",)
    assert settings.demo
    assert not settings.secure_cookies
    assert settings.database_url.endswith("/instance/fillwise.db")
    elsewhere = load_settings({"FILLWISE_DATA_DIR": str(tmp_path)})
    assert elsewhere.database_url == f"sqlite:///{tmp_path}/fillwise.db"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org"])
def test_the_demo_is_off_where_others_can_reach_it(host: str) -> None:
    """A bind beyond loopback has no demo unless asked for, and secure cookies."""
    settings = load_settings({"FILLWISE_HOST": host})
    assert not settings.demo
    assert settings.secure_cookies
    assert load_settings({"FILLWISE_HOST": host, "FILLWISE_DEMO": "1"}).demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FILLWISE_PORT", "80o0"),
        ("FILLWISE_PORT", "70000"),
        ("FILLWISE_SIGNUP", "maybe"),
        ("FILLWISE_DEMO", "perhaps"),
        ("FILLWISE_UPLOAD_LIMIT_MB", "0"),
        ("FILLWISE_THREADS", "-1"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    """The error shows variable and value."""
    with pytest.raises(SettingsError, match=f"{name}='{value}'"):
        load_settings({name: value})
