"""The command line: run, import, sample, demo, candles, doctor, users."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import components
from config import Settings, load_settings
from domain.errors import FillwiseError
from domain.lazy_modules import load_submodules
from services.container import Services
from web import api, candle_command, live
from web.doctor import examine
from web.memory import settle_memory

if TYPE_CHECKING:
    from flask import Flask

CreateApp = Callable[..., Any]
BuildServices = Callable[[Settings], Services]


def main(arguments: Sequence[str], *, create_app: CreateApp, build_services: BuildServices) -> int:
    """Run one command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        if options.command == "sample":
            return sample(options.file, limit_bytes=settings.upload_limit_bytes)
        if options.command in (None, "run"):
            return run(settings, create_app, host=getattr(options, "host", None), port=getattr(options, "port", None))
        services = build_services(settings)
        if options.command == "doctor":
            return doctor(settings, services)
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        services.migrate()
        options.limit_bytes = settings.upload_limit_bytes
        return int(_COMMANDS[options.command](services, options))
    except FillwiseError as error:
        print(f"fillwise: {error.message} {error.hint}".rstrip(), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python app.py", description="Fillwise: trade journal, portfolio and market.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    run_parser = commands.add_parser("run", help="serve on http://127.0.0.1:8000 (the default command)")
    run_parser.add_argument("--host", help="address to listen on; FILLWISE_HOST otherwise")
    run_parser.add_argument("--port", type=int, help="port; FILLWISE_PORT otherwise")
    import_parser = commands.add_parser("import", help="import broker files")
    import_parser.add_argument("files", type=Path, metavar="FILE", nargs="+")
    import_parser.add_argument(
        "--account", default="", help="account name, created when new; the broker's name otherwise"
    )
    import_parser.add_argument("--user", default="", help="whose; not needed when there is only one user")
    import_parser.add_argument("--format", default="", help="format slug; recognised by content otherwise")
    import_parser.add_argument("--timezone", default="", help="IANA zone of times without one")
    import_parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    sample_parser = commands.add_parser("sample", help="print an anonymised sample of a file, to report a layout")
    sample_parser.add_argument("file", type=Path, metavar="FILE")
    demo_parser = commands.add_parser("demo", help="fill the demo workspace (user demo, password demo123)")
    demo_parser.add_argument("--reset", action="store_true", help="throw the demo workspace away first")
    candle_command.add_arguments(commands.add_parser("candles", help="fetch, repair, export or list kept candles"))
    commands.add_parser("doctor", help="check database, durability, clock, providers and browser")
    users_parser = commands.add_parser("users", help="list or add users, make an invitation")
    users_parser.add_argument("action", nargs="?", default="list", choices=("list", "add", "invite"))
    users_parser.add_argument("name", nargs="?", default="")
    return parser


def run(settings: Settings, create_app: CreateApp, *, host: str | None, port: int | None) -> int:
    """Serve until interrupted."""
    from dataclasses import replace

    from web.serving import make_server

    if host or port is not None:
        settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    app = create_app(settings)
    try:
        server = make_server(app.server, settings)
    except OSError as error:
        raise FillwiseError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
            hint="Choose another with FILLWISE_PORT.",
        ) from error
    threading.Thread(target=warm_up, args=(app.server,), daemon=True).start()
    print(f"Fillwise is ready: http://{settings.host}:{server.effective_port}", flush=True)
    print(f"Data: {settings.data_dir}   Stop: Ctrl-C", flush=True)
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    finally:
        live.close(app.server)
        app.server.extensions["fillwise"].stop_report_clock()
        app.server.extensions["fillwise"].stop_history_clock()
        app.server.extensions["fillwise"].stop_alert_watch()
        app.server.extensions["fillwise"].stop_jobs()
    return 0


def warm_up(server: Flask) -> None:
    """Load what the first visitor needs while the port is already open."""
    services: Services = server.extensions["fillwise"]
    if services.installation.demo:
        services.demo.ensure()
    services.portfolio  # noqa: B018 - building it imports the database layer
    services.market.warm_up()
    services.jobs.resume()
    services.report_clock.start()
    services.history_clock.start(delay_seconds=5)
    services.alert_watch.start()
    load_submodules(components)
    api.load(server)
    settle_memory()


def import_files(services: Services, options: argparse.Namespace) -> int:
    """Import files and print what became of their rows."""
    from web import import_command

    return import_command.import_files(services, _owner(services, options.user), options)


def sample(path: Path, *, limit_bytes: int) -> int:
    """Print a file with its numbers scaled and its names masked; nothing is read of or written to the data."""
    from data.brokers import ParseOptions
    from data.brokers.source import SourceFile
    from services.import_samples import anonymise_file
    from web.import_command import read_file

    payload = read_file(path, limit_bytes)
    for text in anonymise_file(SourceFile(path.name, payload), ParseOptions()):
        sys.stdout.write(text)
    return 0


def demo(services: Services, options: argparse.Namespace) -> int:
    """Fill the demo workspace."""
    count = services.demo.reset() if options.reset else services.demo.ensure()
    print(f"The demo workspace holds {count} trades. Sign in as demo with the password demo123.")
    return 0


def users(services: Services, options: argparse.Namespace) -> int:
    """List users, add one (the password is read from the terminal) or print an invitation code."""
    if options.action == "invite":
        print(services.users.create_invite())
        return 0
    if options.action == "add":
        import getpass

        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        user = services.users.register(options.name, password, services.users.create_invite())
        print(f"Added {user.username}.")
        return 0
    for user in services.users.list_users():
        print(f"{int(user.id):>4}  {user.username}{'  (demo)' if user.is_demo else ''}")
    return 0


def doctor(settings: Settings, services: Services) -> int:
    """Print one line a check; returns 1 when one failed."""
    findings = examine(settings, services)
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.topic:<12} {finding.text}")
    return 0 if all(finding.ok or finding.optional for finding in findings) else 1


def _owner(services: Services, name: str) -> Any:
    if name:
        user = services.users.find(name)
        if user is None:
            raise FillwiseError(f"There is no user {name!r}.", hint="`python app.py users` lists them.")
        return user.id
    people = [user for user in services.users.list_users() if not user.is_demo]
    if len(people) != 1:
        raise FillwiseError(f"There are {len(people)} users.", hint="Say whose with --user NAME.")
    return people[0].id


_COMMANDS = {"import": import_files, "demo": demo, "users": users, "candles": candle_command.run}
