"""The HTML around the app: theme before first paint, everything served by ourselves."""

from __future__ import annotations

from collections.abc import Mapping

# assets/js/theme.js must run before the first paint; Dash would put it at the end of the body.
_INDEX = """<!DOCTYPE html>
<html lang="en" data-bs-theme="dark"{lazy}>
  <head>
    {%metas%}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="dark light">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
    {%css%}
    <script src="/assets/js/theme.js"></script>
  </head>
  <body>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>
"""


def make_index(lazy: Mapping[str, str]) -> str:
    """Return the template, with the addresses of the scripts that are loaded when something needs them."""
    return _INDEX.replace("{lazy}", "".join(f' data-fw-lazy-{name}="{address}"' for name, address in lazy.items()))
