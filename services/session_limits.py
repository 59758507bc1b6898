"""How long a sign-in holds. Apart from the rest, so that the web layer can know it without a database."""

from __future__ import annotations

from datetime import timedelta

WEB, REMEMBER, API = "web", "remember", "api"
IDLE_LIMIT = timedelta(minutes=30)
SESSION_LIMIT = timedelta(hours=12)
REMEMBER_LIMIT = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)
"""How exactly the last use is noted: a write per request would cost more than the requests."""
ROTATION_GRACE = timedelta(minutes=1)
"""How long a replaced remember token still helps the other tabs of a browser that starts."""
