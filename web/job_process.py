"""The process of one job of the whole app: that of the services, and what draws and typesets reports."""

from __future__ import annotations

import sys

from services.container import Services
from services.job_process import main


def equip(services: Services) -> None:
    """Give the services of the process what is above them."""
    from web.report_files import ReportFiles

    services.use_report_writer(ReportFiles(services.installation.browser))


if __name__ == "__main__":
    sys.exit(main(equip))
