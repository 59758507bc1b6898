"""The HTML around the app: theme before first paint, everything served by ourselves."""

from __future__ import annotations

# assets/js/theme.js must run before the first paint; Dash would put it at the end of the body.
INDEX = """<!DOCTYPE html>
<html lang="en" data-bs-theme="dark">
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
