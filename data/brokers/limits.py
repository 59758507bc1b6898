"""How large a file and its parts may be. Every limit is here; beyond one, a file is refused with a code.

They lie far above what brokers write and far below what harms a small machine. The size of an upload is
limited before, in the settings.
"""

from __future__ import annotations

MAX_ROWS = 10_000_000
"""Records of a text file."""
MAX_COLUMNS = 1_000
"""Cells of one record of a text file."""
MAX_CELL = 100_000
"""Characters of one cell; a spreadsheet allows 32,767."""

ARCHIVE_ENTRIES = 200
"""Files in a workbook."""
ARCHIVE_UNPACKED = 100_000_000
"""Bytes of a workbook once unpacked."""
ARCHIVE_RATIO = 100
"""How many times smaller packing may have made a workbook, or one of its parts."""
ARCHIVE_SMALL = 65_536
"""Unpacked bytes below which an entry's ratio does not matter: empty themes compress well."""
SHEET_ROWS = 200_000
SHEET_COLUMNS = 200
SHEET_CELLS = 4_000_000
"""Rows, columns and their product of a worksheet, gaps counted."""

HTML_CHARACTERS = 50_000_000
HTML_ROWS = 200_000
HTML_CELLS = 200
"""Cells of one row of an HTML report."""
HTML_SPAN = 50
HTML_TEXT = 10_000
"""Characters of one cell of an HTML report; the rest is left out."""
HTML_TAG = 4_000
"""Characters of one tag."""

XML_DEPTH = 40
"""Elements open at once in an XML file or an OFX statement."""
XML_ELEMENTS = 500_000
"""Elements of an XML file or tags of an OFX statement."""

CHILD_MEMORY = 1 << 30
"""Bytes of address space of the process that parses spreadsheets, HTML, XML and OFX."""
CHILD_CPU_SECONDS = 20
CHILD_WALL_SECONDS = 90
"""Seconds after which it is ended, whether it computes or waits."""
CHILD_ANSWER = 400_000_000
"""Bytes of its answer."""
CHILDREN = 3
"""Such processes at once; further files wait."""
CHILD_WAIT_SECONDS = 60
"""Seconds a file waits for its turn."""
