# ruff: noqa: INP001 - a script of its own, not part of a package
"""Write docs/formats.md and the list of brokers in the README from the formats: `python tools/formats_doc.py`.

tests/test_docs.py fails when either differs from what this writes.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from data.brokers import BrokerFormat, all_formats  # noqa: E402 - the root must be importable first

PAGE, README = ROOT / "docs" / "formats.md", ROOT / "README.md"
BEGIN, END = "<!-- brokers: written by tools/formats_doc.py -->", "<!-- end of brokers -->"
GENERIC = "generic-csv"
HEAD = """# Formats

Every layout that is recognised, by broker. This page is written by `tools/formats_doc.py` from the code; do not edit
it.

The **slug** is what the command line and the API call a format; normally the content tells. The **zone** is where times
without one are read, unless you choose another. How files are read in general, and what is worth knowing about single
brokers, stands in [Importing](importing.md).
"""


def render() -> str:
    """Return the text of the page."""
    groups: dict[str, list[BrokerFormat]] = {}
    for item in all_formats():
        groups.setdefault("Any other" if item.slug == GENERIC else item.broker, []).append(item)
    names = sorted(groups, key=lambda name: (name == "Any other", name.casefold()))
    return HEAD + "".join(f"\n## {name}\n" + "".join(map(_entry, groups[name])) for name in names)


def _entry(item: BrokerFormat) -> str:
    """Return one format: its title, slug, zone and what its file says of itself."""
    about, _, more = (sys.modules[item.parse.__module__].__doc__ or "").strip().partition("\n\n")
    parts = (about, more) if more else (about,)
    text = "\n\n".join(" ".join(part.split()) for part in parts)
    facts = f"Slug `{item.slug}`, zone {item.timezone}, currency {item.currency} where none is named."
    return f"\n### {item.title}\n\n{facts}\n\n{text}\n"


def brokers() -> str:
    """Return the paragraph of the README."""
    known = [item for item in all_formats() if item.slug != GENERIC]
    names = sorted({item.broker for item in known}, key=str.casefold)
    text = f"{len(known)} layouts of {len(names)} brokers and platforms: {', '.join(names)}."
    return "\n".join(textwrap.wrap(text, 118, break_on_hyphens=False))


def with_brokers(readme: str) -> str:
    """Return the README with the paragraph in its place."""
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n{brokers()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    README.write_text(with_brokers(README.read_text(encoding="utf-8")), encoding="utf-8")
