"""Who may import whom, in both languages, and what only one layer may do: docs/architecture.md draws it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "pwa" / "src"

#: Each layer of the server, and the layers it may import. Every layer may import itself.
SERVER = {
    "config": set(),
    "extensions": set(),
    "domain": set(),
    "models": {"domain", "extensions"},
    "services": {"models", "domain", "extensions"},
    "storage": {"domain"},
    "outbound": {"domain"},
    "instance": {"domain"},
    "backup": {"instance", "storage", "domain"},
    "api": {"services", "domain", "storage", "extensions"},
    "jobs": {"services", "outbound", "storage", "domain", "extensions"},
    "demo": {"services", "models", "storage", "domain", "extensions"},
    "static_files": {"api", "domain"},
}
#: These put the rest together. Nobody imports them but each other.
SERVER_ROOTS = {"app", "commands"}

#: Where something from outside comes in, and so where a commit ends what it asked for.
EDGES = {"api", "jobs", "commands", "demo"}

#: Each folder of the app, and the folders it may import.
APP_FOLDERS = {
    "domain": set(),
    "store": {"domain"},
    "sync": {"store", "domain"},
    "elements": {"domain"},
    "screens": {"elements", "store", "domain"},
    "service-worker": {"sync", "store", "domain"},
    "styles": set(),
}
APP_ROOTS = {"app.tsx", "security.ts", "sw.ts", "update.ts"}

#: Modules by which a program reaches other machines.
NETWORK = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "pywebpush",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "urllib3",
}
#: These look at ports of this very machine before and after they start a server on it.
OWN_PORTS = {
    "server/instance/process.py",
    "server/instance/web_worker.py",
    "server/commands/running.py",
}
#: These talk to a process that they started themselves, over a socket that has no address.
OWN_PROCESS = {"server/storage/darkroom.py", "server/storage/darkroom_work.py"}

WAYS_TO_THE_SERVER = re.compile(
    r"(?<![\w.$])fetch\(|\bXMLHttpRequest\b|\bEventSource\b|\bWebSocket\b|\bsendBeacon\b"
)
AN_IMPORT = re.compile(
    r"""^\s*(?:import|export)\b[^;"'`]*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']""", re.M
)

LONGEST_FILE = 350
SILENCERS = re.compile(
    "|".join(["# no" + "qa", "# type: ign" + "ore", "@ts-ign" + "ore", "eslint-dis" + "able"])
)
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", r"mark\.sk" + "ip", r"pytest\.sk" + "ip", r"mark\.xf" + "ail"])
)


@dataclass(frozen=True)
class Module:
    """A Python file of the server: what it is called and what it says."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def dotted(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def layer(self) -> str:
        return self.path.relative_to(ROOT / "server").parts[0].removesuffix(".py")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    def imports(self) -> set[str]:
        """Everything it imports, wherever in the file, with the names that may be modules themselves."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.name} imports from a dot; say the whole name"
                found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def calls(self) -> Iterator[str]:
        """What it calls, as written: `db.session.commit`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)


MODULES = [
    Module(path)
    for path in sorted((ROOT / "server").rglob("*.py"))
    if path.parent != ROOT / "server" or path.stem != "__init__"
]
SOURCES = sorted(path for kind in ("*.ts", "*.tsx") for path in APP.rglob(kind))


def named(sources: list[Path]) -> list[str]:
    return [path.relative_to(APP).as_posix() for path in sources]


def imported_layers(module: Module) -> set[str]:
    layers = {name.split(".")[1] for name in module.imports() if name.startswith("server.")}
    return (layers & (set(SERVER) | SERVER_ROOTS)) - {module.layer}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_each_layer_of_the_server_imports_only_what_it_may(module: Module) -> None:
    if module.layer in SERVER_ROOTS:
        return
    assert module.layer in SERVER, f"{module.name} stands in no layer"
    assert imported_layers(module) <= SERVER[module.layer], module.name


def test_nobody_imports_the_roots_but_the_roots() -> None:
    guests = [
        module.name
        for module in MODULES
        if module.layer not in SERVER_ROOTS and imported_layers(module) & SERVER_ROOTS
    ]
    assert guests == []


@pytest.mark.parametrize(
    "module", [each for each in MODULES if each.layer == "domain"], ids=lambda module: module.name
)
def test_the_rules_need_nothing_but_the_standard_library(module: Module) -> None:
    others = {name.split(".")[0] for name in module.imports()} - {"server"} - set(sys.stdlib_module_names)
    assert others == set()


@pytest.mark.parametrize(
    "module",
    [each for each in MODULES if each.layer in {"domain", "models", "services"}],
    ids=lambda module: module.name,
)
def test_the_time_is_handed_in_and_never_looked_up(module: Module) -> None:
    clocks = {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "dt.datetime.now",
    }
    assert clocks & set(module.calls()) == set()


def test_only_the_edges_commit() -> None:
    commits = {
        module.name
        for module in MODULES
        for call in module.calls()
        if call.endswith((".commit", ".session.begin")) and module.layer not in EDGES
    }
    assert commits == set()


def test_only_outbound_reaches_the_network() -> None:
    reaching = {
        module.name
        for module in MODULES
        if module.layer != "outbound"
        and any(name == way or name.startswith(f"{way}.") for name in module.imports() for way in NETWORK)
    }
    assert reaching == OWN_PORTS | OWN_PROCESS


def test_only_jobs_call_outbound() -> None:
    callers = {module.layer for module in MODULES if "outbound" in imported_layers(module)}
    assert callers <= {"jobs"}


def test_services_import_each_other_without_cycles() -> None:
    services = {module.dotted: module for module in MODULES if module.layer == "services"}
    graph = {
        name: (module.imports() & set(services)) - {name, "server.services"}
        for name, module in services.items()
    }
    while graph:
        free = {name for name, needs in graph.items() if not needs & set(graph)}
        assert free, f"these import each other in a circle: {sorted(graph)}"
        graph = {name: needs for name, needs in graph.items() if name not in free}


@pytest.mark.parametrize("source", named(SOURCES))
def test_each_folder_of_the_app_imports_only_what_it_may(source: str) -> None:
    if source in APP_ROOTS or source.endswith(".d.ts"):
        return
    folder = source.split("/")[0]
    assert folder in APP_FOLDERS, f"{source} stands in no folder that the house has"
    reached = {
        target.relative_to(APP).parts[0]
        for target in (
            ((APP / source).parent / name).resolve() for name in app_imports(source) if name.startswith(".")
        )
        if target.is_relative_to(APP)
    }
    assert reached - {folder} <= APP_FOLDERS[folder]


def test_only_sync_knows_that_the_server_exists() -> None:
    callers = {
        source.split("/")[0]
        for source in named(SOURCES)
        if WAYS_TO_THE_SERVER.search((APP / source).read_text())
    }
    # Precaching answers from its cache and asks the network for what it does not hold.
    assert callers <= {"sync", "service-worker"}
    assert "sync" in callers


def test_the_app_s_rules_run_without_a_page() -> None:
    a_page = re.compile(r"\b(?:document|window|localStorage|sessionStorage)\.")
    bound = [
        source
        for source in named(SOURCES)
        if source.startswith("domain/") and a_page.search((APP / source).read_text())
    ]
    assert bound == []


def app_imports(source: str) -> set[str]:
    found = AN_IMPORT.findall((APP / source).read_text(encoding="utf-8"))
    return {static or dynamic for static, dynamic in found}


def written_by_hand() -> list[str]:
    folders = ("server", "migrations", "tests", "bench", "pwa/src", "pwa/test")
    kinds = {".py", ".ts", ".tsx", ".mjs"}
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    return sorted(path.relative_to(ROOT).as_posix() for path in [*files, ROOT / "start.py"])


@pytest.mark.parametrize("name", written_by_hand())
def test_every_file_is_short_honest_and_finished(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    assert not SILENCERS.search(text), "no checker is silenced"
    assert not UNFINISHED.search(text), "nothing is left for later or left out"
    assert "utils" not in Path(name).stem, "a file is called after what is in it"
