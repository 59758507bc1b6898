"""Lets many processes import the same file at once: `python -m tests.faults.clients URL FOLDER CLIENTS ROUNDS`."""

from __future__ import annotations

import json
import multiprocessing
import sys
from pathlib import Path
from typing import Any

from tests.faults import importer

ROWS = 12


def main() -> None:
    """Print one JSON object a round: what each client was told and what is stored."""
    url, folder, clients, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    importer.prepare(url, folder)
    context = multiprocessing.get_context("fork")
    start, told = context.Barrier(clients), context.SimpleQueue()
    crowd = [
        context.Process(target=_import_each_round, args=(url, folder, rounds, start, told)) for _ in range(clients)
    ]
    for client in crowd:
        client.start()
    answers = [told.get() for _ in range(clients * rounds)]
    for client in crowd:
        client.join()
    services = importer.open_services(url, folder)
    for number in range(rounds):
        account = f"Round {number}"
        found = {
            "added": sorted((item["added"] for item in answers if item["round"] == number), reverse=True),
            "errors": [item["error"] for item in answers if item["round"] == number and item["error"]],
            "stored": importer.stored_fills(services, account),
            "filled_imports": sum(item.rows.executions > 0 for item in importer.imports_into(services, account)),
        }
        print(json.dumps(found), flush=True)  # noqa: T201 - the test reads it
    services.db.close()


def _import_each_round(url: str, folder: Path, rounds: int, start: Any, told: Any) -> None:
    services = importer.open_services(url, folder)
    payload = importer.fills_csv(ROWS)
    importer.user_of(services)
    for number in range(rounds):
        start.wait()
        answer: dict[str, Any] = {"round": number, "added": 0, "error": ""}
        try:
            answer["added"] = importer.import_fills(services, payload, f"Round {number}").rows.executions
        except Exception as error:  # noqa: BLE001 - whatever a client is told is the finding
            answer["error"] = repr(error)
        told.put(answer)
    services.db.close()


if __name__ == "__main__":
    main()
