"""The documentation keeps up with the code: whatever exists is mentioned, whatever is linked exists."""

from __future__ import annotations

import inspect
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

import config
import domain.errors
import pages
from analytics.metrics import Metric, all_metrics
from app import create_app
from data.brokers import BrokerFormat, ParseOptions, all_formats
from data.brokers.source import SourceFile
from data.quotes import ProviderOptions, ProviderSpec, known_providers
from domain.market import BarInterval
from domain.plugins import load_plugins
from tests.conftest import ROOT
from tests.web.client import make_app, make_settings
from tools import formats_doc, metrics_doc, shots
from web.cli import main
from web.page import Page

DOCS = ROOT / "docs"
TEXTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
BINARY = {".woff2", ".png", ".gz", ".xlsx", ".ico", ".pyc"}
# Other people's bundles name their own homes.
BUNDLES = ("assets/05-plotly.min.js", "web/static/")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def read(*parts: str) -> str:
    """Text of a file below the root."""
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def environment_variables() -> set[str]:
    """The variables that config.py reads, from its source."""
    prefixes = "FILLWISE|FINNHUB|ALPHAVANTAGE|COINDESK|BROWSER"
    return set(re.findall(rf'"((?:{prefixes})_[A-Z_]+)"', inspect.getsource(config)))


def slug_of(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.casefold()).strip().replace(" ", "-")


def anchors(path: Path) -> set[str]:
    """The anchors of a page."""
    return {slug_of(line.lstrip("#")) for line in CODE.sub("", path.read_text()).splitlines() if line.startswith("#")}


def own_texts() -> list[Path]:
    """Files of the project that are text of our own; what .gitignore leaves out is not the project's."""
    ignored = {line.strip("/") for line in read(".gitignore").splitlines()} | {".git"}
    found: list[Path] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ignored]
        found += [Path(folder, name) for name in files if Path(name).suffix not in BINARY]
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(BUNDLES)]


def example(page: str) -> ModuleType:
    """The Python file that a how-to shows, run as it stands."""
    source = re.findall(r"^```python\n(.*?)^```", read("docs", "how-to", page), re.DOTALL | re.MULTILINE)
    assert len(source) == 1, f"{page} shows {len(source)} files"
    module = ModuleType(f"example_{page.removesuffix('.md').replace('-', '_')}")
    exec(compile(source[0], page, "exec"), module.__dict__)
    return module


def test_every_setting_is_in_the_readme() -> None:
    """Whatever config.py reads from the environment has its row, and no row is about anything else."""
    rows = [line for line in read("README.md").splitlines() if line.startswith("| `")]
    described = set(re.findall(r"`((?:FILLWISE|FINNHUB|ALPHAVANTAGE|COINDESK|BROWSER)_[A-Z_]+)`", "\n".join(rows)))
    assert described == environment_variables()
    assert len(described) >= 13


def test_every_format_is_listed() -> None:
    """docs/formats.md and the brokers of the README are what the generator writes from the formats."""
    text = read("docs/formats.md")
    assert text == formats_doc.render(), "run make docs"
    assert [item.slug for item in all_formats() if f"Slug `{item.slug}`" not in text] == []
    assert read("README.md") == formats_doc.with_brokers(read("README.md"))
    assert formats_doc.brokers() in read("README.md")


def test_what_importing_says_of_formats_is_about_those_there_are() -> None:
    """Each row of its table is about an existing format, in the zone of the code."""
    rows = re.findall(r"^\| `([\w-]+)` \| [^|]+ \| ([\w/]+) \|", read("docs/importing.md"), re.MULTILINE)
    assert len(rows) > 15
    zones = {item.slug: item.timezone for item in all_formats()}
    assert {slug: zones.get(slug) for slug, _ in rows} == dict(rows)


def test_the_metrics_page_is_what_the_generator_writes() -> None:
    """docs/metrics.md holds every metric as the code defines it."""
    text = read("docs/metrics.md")
    assert text == metrics_doc.render(), "run make docs"
    assert [slug for slug in all_metrics() if f"(`{slug}`)" not in text] == []


def test_every_command_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that --help lists, and each of its options, stands under Command line."""
    section = read("README.md").split("## Command line")[1].split("\n## ")[0]
    commands = re.findall(r"^    (\w+)  ", help_text(capsys), re.MULTILINE)
    assert {"run", "import", "demo", "doctor", "users"} <= set(commands)
    for command in commands:
        line = next((line for line in section.splitlines() if f"app.py {command}" in line), "")
        options = set(re.findall(r"--[\w-]+", help_text(capsys, command))) - {"--help"}
        assert line, command
        assert [option for option in sorted(options) if option not in line] == [], command


def help_text(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What --help prints."""
    with pytest.raises(SystemExit):
        main([*arguments, "--help"], create_app=create_app, build_services=lambda _: None)  # type: ignore[arg-type,return-value]
    return capsys.readouterr().out


def test_every_page_is_in_the_architecture() -> None:
    """Each page stands in the table with its address and its file."""
    table = read("docs/architecture.md")
    for page in load_plugins(pages, "PAGE", Page):
        assert f"| `{page.path_template or page.path}` | `pages/{page.slug}.py` |" in table, page.slug


def test_every_make_target_is_mentioned() -> None:
    """What the Makefile offers is explained in the README or under Contributing."""
    targets = re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE)
    told = read("README.md") + read("CONTRIBUTING.md") + read("docs/how-to/run-on-a-server.md")
    assert [name for name in targets if f"make {name}" not in told and name != "clean"] == []


def test_every_decision_is_listed_and_complete() -> None:
    """Each page of docs/adr is numbered without a gap, listed in the index, and has its four parts."""
    decisions = sorted((DOCS / "adr").glob("*.md"))
    index = read("docs/index.md")
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert f"(adr/{path.name})" in index, path.name
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert re.search(r"^Status: (accepted|superseded by \[ADR \d+\])", text, re.MULTILINE), path.name
        assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], path.name


def test_every_page_of_the_documentation_is_reachable() -> None:
    """The index links to each of them."""
    index = {(DOCS / target.split("#")[0]).resolve() for target in LINK.findall(read("docs/index.md"))}
    assert [str(path) for path in TEXTS if path.parent != ROOT and path.name != "index.md" and path not in index] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_resolves(path: Path) -> None:
    """A relative link names a file that exists, and a heading of it."""
    for target in LINK.findall(CODE.sub("", path.read_text(encoding="utf-8"))):
        if target.startswith(("http://127.0.0.1", "https://", "mailto:")):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_the_readme_is_short_and_begins_with_two_commands() -> None:
    """At most 150 lines; `make run` and `make test` are the first commands."""
    lines = read("README.md").splitlines()
    assert len(lines) <= 150
    assert re.findall(r"^make (\w+)", "\n".join(lines), re.MULTILINE)[:2] == ["run", "test"]


def test_the_readme_calls_addresses_that_exist(tmp_path: Path) -> None:
    """Each address and parameter of the curl lines is in the OpenAPI document."""
    paths = make_app(tmp_path).server.test_client().get("/openapi.json").get_json()["paths"]
    called = re.findall(r"http://127\.0\.0\.1:8000(/api/[\w/]+)(?:\?([\w=&-]+))?", read("README.md"))
    assert len(called) == 3
    for address, query in called:
        assert address in paths
        known = {item["name"] for item in paths[address].get("get", {}).get("parameters", [])}
        assert {pair.partition("=")[0] for pair in query.split("&") if pair} <= known, address


def test_the_pictures_are_there_and_small() -> None:
    """`make shots` has written every picture; each is a PNG below the limit."""
    folder = DOCS / "screenshots"
    expected = {*shots.PAGES, "trade", "import", "overview-light", "overview-phone"}
    assert {path.stem for path in folder.iterdir()} == expected
    for path in folder.iterdir():
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert path.stat().st_size <= shots.LIMIT_BYTES, path.name


def test_every_error_stands_in_the_drawn_tree() -> None:
    """The drawing at the top of domain/errors.py shows each exception below its parent."""
    drawing = domain.errors.__doc__ or ""
    named = [item.__name__ for item in vars(domain.errors).values() if inspect.isclass(item) and _is_ours(item)]
    assert [name for name in named if name not in drawing] == []


def _is_ours(item: type[Any]) -> bool:
    return issubclass(item, domain.errors.FillwiseError)


def test_every_provider_is_a_choice_in_the_readme() -> None:
    """The row of FILLWISE_QUOTES names each provider."""
    row = next(line for line in read("README.md").splitlines() if "`FILLWISE_QUOTES`" in line)
    assert [slug for slug in known_providers() if f"`{slug}`" not in row] == []


def test_the_changelog_has_the_running_version() -> None:
    """The version of pyproject.toml has its section, and new things have a place to go."""
    version = re.search(r'^version = "(.+)"', read("pyproject.toml"), re.MULTILINE)
    assert version is not None
    assert "## [Unreleased]" in read("CHANGELOG.md")
    assert f"## [{version[1]}]" in read("CHANGELOG.md")


def test_a_licence_is_named_once_it_exists() -> None:
    """The README says that the licence is to be chosen for as long as there is none, and no longer."""
    assert ("licence to be chosen" in read("README.md")) == (not list(ROOT.glob("LICEN[CS]E*")))


def test_no_text_names_a_machine_or_a_package_registry() -> None:
    """No text of the project holds somebody's home directory or the host of a package registry."""
    homes = r"/(?:home|root|Users|work)/[A-Za-z]"
    hosts = "|".join(re.escape(name) for name in ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org"))
    wanted = re.compile(rf"(?:(?<![\w.)\]}}>'\"])(?:{homes})|{hosts})")
    texts = own_texts()
    assert len(texts) > 300
    found = {str(path.relative_to(ROOT)): wanted.findall(path.read_text(encoding="utf-8", errors="replace"))
             for path in texts}  # fmt: skip
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_format_of_the_how_to_reads_its_file() -> None:
    """The example is a whole format: it claims and reads the file it shows, and nobody else claims that."""
    made = example("add-a-broker-format.md").FORMAT
    assert isinstance(made, BrokerFormat)
    sample = re.search(r"^```csv\n(.*?)^```", read("docs/how-to/add-a-broker-format.md"), re.DOTALL | re.MULTILINE)
    assert sample is not None
    source = SourceFile("example.csv", sample[1].encode())
    assert made.sniff(source) > 0.9
    statement = made.parse(source, ParseOptions())
    assert (statement.rows, len(statement.executions), statement.problems) == (3, 2, ())
    assert list(statement.executions.identity) == ["T-1", "T-2"]
    assert statement.other_counts == {"DIVIDEND": 1}


def test_the_metric_of_the_how_to_measures() -> None:
    """The example is a whole metric family: it computes, and says why when it cannot."""
    from tests.analytics.samples_of_frames import figures  # noqa: PLC0415 - numpy, for this test only

    (metric,) = example("add-a-metric.md").METRICS
    assert isinstance(metric, Metric)
    assert metric.slug == metric.compute.__name__
    assert metric.measure(figures([30, -5, 10])).value == pytest.approx(0.75)
    assert metric.measure(figures([-5])).reason == "no winning trade"


def test_the_page_of_the_how_to_answers(tmp_path: Path) -> None:
    """The example is a whole page: its skeleton holds its ids and its callback answers for a new user."""
    module = example("add-a-page.md")
    assert isinstance(module.PAGE, Page)
    assert "hello-body" in str(module.PAGE.layout().to_plotly_json())
    app = create_app(make_settings(tmp_path))
    services = app.server.extensions["fillwise"]
    user = services.users.register("ada", "four unrelated words", "")
    token = services.users.issue_access_token(user)
    with app.server.test_request_context("/api/hello", headers={"Authorization": f"Bearer {token}"}):
        assert module.fill_body("") == "0 trades, all time"


def test_the_provider_of_the_how_to_quotes() -> None:
    """The example is a whole provider: it is built from its constant and answers."""
    spec = example("add-a-provider.md").PROVIDER
    assert isinstance(spec, ProviderSpec)
    provider = spec.build(ProviderOptions(clock=lambda: NOW))
    assert provider.quotes(["AAPL"])["AAPL"].price == 100
    assert provider.search("a") == []
    with pytest.raises(domain.errors.QuoteUnavailableError):
        provider.candles("AAPL", BarInterval.D1, NOW, NOW)
