#!/usr/bin/env python3
"""Development tasks of Fonds. Standard library only: a machine with Python 3.11 or newer needs nothing else.

    python3 dev.py demo [ARGS]    set up, then run `fonds demo ARGS`
    python3 dev.py test [ARGS]    set up, then run the tests with coverage; ARGS go to pytest
    python3 dev.py lint           set up, then ruff, mypy and the import rules
    python3 dev.py bench [ARGS]   set up, then run the benchmarks
    python3 dev.py setup          only make or update .venv/
    python3 dev.py lock [ARGS]    resolve requirements/*.txt anew; ARGS go to uv (for example --upgrade)
    python3 dev.py clean          remove everything these tasks made

The set-up is done when it is needed: `.venv/` gets what requirements/*.txt lock, checked by hash, and an
editable install of the project. A stamp in `.venv/` tells the next run that nothing has changed. `test` and
`bench` also make `.tools/peers/`: programs of others to compare with, locked too, and no part of Fonds.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
REQUIREMENTS = ROOT / "requirements"
ASSETS = REQUIREMENTS / "assets.json"
# What decides how .venv/ looks: when one of these changes, it is brought up to date.
INPUTS = (
    "pyproject.toml",
    "hatch_build.py",
    "requirements/assets.json",
    "requirements/build.txt",
    "requirements/lock.txt",
    "requirements/node.txt",
)
# Made by the tasks and by the tools they run; all of it can be made again.
MADE = (
    *(".venv", ".tools", "build", "dist", "htmlcov", ".coverage", "__pycache__"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"),
)
LOCK_HEAD = "# Made by `python3 dev.py lock`; do not edit. For `pip install --require-hashes -r`.\n"
# The releases of these have no wheel. Both are pure Python when built with what requirements/build.txt locks:
# `pkgconfig` is left out there, so that pyvips never compiles against a libvips of the system and always uses
# the one in pyvips-binary.
FROM_SOURCE = ("bagit", "pyvips")
WHEELS_ONLY = "--only-binary :all:\n"
# eark-validator pins an lxml that has no wheel for Python 3.13.
PEER_OVERRIDES = ("lxml>=5.3",)
LOCKED_KINDS = WHEELS_ONLY + "".join(f"--no-binary {name}\n" for name in FROM_SOURCE)


class TaskError(Exception):
    """A task cannot go on. The message tells the user why and what to do."""


def say(text: str) -> None:
    """One line to the user; on stderr, so that the output of the task itself stays clean."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command at the project root. Raises TaskError when it fails."""
    if not succeeds(*command, env=env):
        raise TaskError(f"this failed: {' '.join(str(word) for word in command)}")


def succeeds(*command: str | Path, env: dict[str, str] | None = None) -> bool:
    """Run a command at the project root; True when it exits with 0."""
    return subprocess.run(command, cwd=ROOT, env=env or tool_environment(), check=False).returncode == 0


def hand_over(*command: str) -> NoReturn:
    """Become the command: its exit code, its signals and its terminal are then the user's own."""
    os.chdir(ROOT)
    os.execve(command[0], command, tool_environment())


def tool_environment() -> dict[str, str]:
    """The user's environment, less what would let other packages into .venv/ or make pip ask questions.

    Compiled modules are kept whatever the user says: the tests start Fonds some thousand times, and would compile it
    as often. `clean` takes them away.
    """
    unwanted = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    env = {key: value for key, value in os.environ.items() if key not in unwanted}
    return env | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}


# --- set-up -------------------------------------------------------------------------------------------------


def setup(venv: Path = VENV) -> None:
    """Make `.venv/` or bring it up to date; does nothing when the stamp says that it is."""
    if is_current(venv):
        return
    TOOLS.mkdir(exist_ok=True)
    with one_at_a_time(TOOLS / "setup.lock"):
        if not is_current(venv):
            build(venv)


def is_current(venv: Path) -> bool:
    """True when the last set-up was finished for these inputs, and Python and the assets are still there."""
    stamp = venv / "fonds-stamp"
    with contextlib.suppress(OSError):
        return stamp.read_text(encoding="ascii") == fingerprint() and is_usable(venv) and has_assets()
    return False


def fingerprint(root: Path = ROOT) -> str:
    """Hash of everything that decides how `.venv/` looks."""
    digest = hashlib.sha256()
    for name in INPUTS:
        content = (root / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def is_usable(venv: Path) -> bool:
    """True when the Python of `.venv/` runs and finds pip: not so after the system's Python was replaced."""
    probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"
    with contextlib.suppress(OSError):
        return succeeds(venv_tool("python", venv), "-c", probe)
    return False


def has_assets(root: Path = ROOT) -> bool:
    """True when every third-party asset is in its place; the build hook is who checks the bytes."""
    packages = json.loads((root / "requirements" / "assets.json").read_text(encoding="utf-8"))["packages"]
    return all((root / file["target"]).is_file() for package in packages for file in package["files"])


def build(venv: Path) -> None:
    """Update `.venv/` in place, or make it anew when there is none or an earlier run was cut off."""
    begun = venv / "fonds-unfinished"
    if begun.exists() or not is_usable(venv):
        make_venv(venv)
    begun.touch()
    (venv / "fonds-stamp").unlink(missing_ok=True)
    try:
        install(venv)
    except TaskError:
        # pip failed in good order: what is there is whole. Only Ctrl-C or a kill can leave half a package.
        begun.unlink()
        raise
    (venv / "fonds-stamp").write_text(fingerprint(), encoding="ascii")
    begun.unlink()


def install(venv: Path) -> None:
    """Bring the packages in `.venv/` to what the locks say, and add the project as an editable install."""
    say("installing the locked packages (about a minute the first time)")
    pip = [venv_tool("python", venv), "-m", "pip", "-qq"]
    locked = [*pip, "install", "--require-hashes", "--no-build-isolation", "-r"]
    run(*locked, REQUIREMENTS / "build.txt")
    run(*locked, REQUIREMENTS / "lock.txt")
    if shutil.which("npm") is None and not has_assets():
        say("npm is not on PATH: installing the locked Node.js wheel, once, for the browser assets")
        run(*locked, REQUIREMENTS / "node.txt")
    run(*pip, "install", "--no-build-isolation", "--no-deps", "--editable", ROOT)
    remove_strays(venv)


def make_venv(venv: Path) -> None:
    """Make an empty `.venv/` with the Python that runs this file."""
    ensure_venv_module()
    say(f"making {venv.name}/ with Python {sys.version.split()[0]}")
    shutil.rmtree(venv, ignore_errors=True)
    venv.mkdir(parents=True)
    # The mark comes first: a run cut off from here on leaves a folder that the next run throws away.
    (venv / "fonds-unfinished").touch()
    # Seen from inside another virtual environment, the Python that it was made from is the one to use.
    run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", venv)


def ensure_venv_module() -> None:
    """Debian and Ubuntu split `venv` off Python. When root, install it; else TaskError says how."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    line = f"apt-get update && apt-get install --yes --no-install-recommends {package}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise TaskError(f"this Python has no venv module. Run this, then start again:\n  sudo sh -c '{line}'")
    say(f"this Python has no venv module; running: {line}")
    run("/bin/sh", "-c", line, env=tool_environment() | {"DEBIAN_FRONTEND": "noninteractive"})


def locked_venv(name: str) -> Path:
    """`.tools/NAME/`, with what requirements/NAME.txt locks and nothing else; made anew when the lock changes."""
    TOOLS.mkdir(exist_ok=True)
    venv, locked = TOOLS / name, REQUIREMENTS / f"{name}.txt"
    with one_at_a_time(TOOLS / f"{name}.lock"):
        if not holds(venv, locked):
            make_venv(venv)
            # The lock is whole, and pip need not agree with what uv was told to override.
            run(venv_tool("python", venv), "-m", "pip", "-qq", "install", "--require-hashes", "--no-deps", "-r", locked)
            shutil.copyfile(locked, venv / "locked.txt")
    return venv


def holds(venv: Path, locked: Path) -> bool:
    """True when this environment was finished for this very lock, and its Python still runs."""
    with contextlib.suppress(OSError):
        return (venv / "locked.txt").read_bytes() == locked.read_bytes() and is_usable(venv)
    return False


def peers_python() -> str | None:
    """The Python beside the programs of others that tests and benchmarks run; None when it is not set up."""
    venv = TOOLS / "peers"
    return venv_tool("python", venv) if holds(venv, REQUIREMENTS / "peers.txt") else None


def setup_peers() -> None:
    """Set that up. Without it (no network, say) the tests of our own code can still run; the others say why not."""
    try:
        locked_venv("peers")
    except TaskError as error:
        say(f"going on without the programs of others that tests and benchmarks compare with: {error}")


def remove_strays(venv: Path) -> None:
    """Uninstall what no lock names, so that a dependency dropped from the lock is not used on unseen."""
    python = venv_tool("python", venv)
    listing = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, check=True)
    installed = {canonical(entry["name"]) for entry in json.loads(listing.stdout)}
    strays = installed - locked_names() - {"fonds", "pip"}
    if strays:
        run(python, "-m", "pip", "-qq", "uninstall", "--yes", *sorted(strays))


def locked_names() -> set[str]:
    """The names of all packages that the files installed into `.venv/` pin."""
    files = [REQUIREMENTS / f"{name}.txt" for name in ("build", "lock", "node")]
    return {canonical(line.split("==")[0]) for file in files for line in locked_lines(file)}


def locked_lines(path: Path) -> list[str]:
    """The lines of a lock that pin a package, without their hashes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "==" in line and line[0].isalnum()]


def canonical(name: str) -> str:
    """A package name as the index compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


def venv_tool(name: str, venv: Path = VENV) -> str:
    """Path of a program in `.venv/`."""
    return str(venv / "bin" / name)


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock file, so that two tasks started together do not install into the same folder."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


# --- tasks --------------------------------------------------------------------------------------------------


def task_setup(arguments: Sequence[str]) -> int:
    """Only the set-up."""
    setup()
    say("ready: .venv/ is up to date")
    return 0


def task_demo(arguments: Sequence[str]) -> int:
    """`fonds demo` with the arguments."""
    setup()
    hand_over(venv_tool("fonds"), "demo", *arguments)


def task_test(arguments: Sequence[str]) -> int:
    """Pytest with coverage. With arguments (a part of the tests) the coverage is shown but not judged.

    The whole suite is shared out over the processors file by file, so that what a file's tests share is made once,
    in the order of tests/conftest.py: what takes long begins early, so that no processor waits for another at the end.
    """
    setup()
    setup_peers()
    # One more than processors: a quarter of the time tests wait for the disk, or for programs that they start.
    workers = str(min(len(os.sched_getaffinity(0)), 7) + 1)
    # A process that dies ends the run, with the name of the test: put in its place, pytest-xdist 3.8 waits for ever.
    whole = ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]
    whole += ["--durations", "25"]
    part = ["--cov-fail-under=0", *arguments] if arguments else whole
    hand_over(venv_tool("python"), "-m", "pytest", "--cov", "--cov-report=term:skip-covered", *part)


def task_lint(arguments: Sequence[str]) -> int:
    """Every check, even after one has failed; 1 when any did."""
    setup()
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports", "--no-logo"])
    failed = []
    for name, *options in checks:
        say(" ".join([name, *options]))
        if not succeeds(venv_tool(name), *options):
            failed.append(name)
    if failed:
        raise TaskError(f"failed: {', '.join(failed)}")
    return 0


def task_bench(arguments: Sequence[str]) -> int:
    """The benchmarks."""
    if not (ROOT / "benchmarks" / "__main__.py").is_file():
        raise TaskError("there is no benchmarks/__main__.py in this checkout")
    setup()
    setup_peers()
    hand_over(venv_tool("python"), "-m", "benchmarks", *arguments)


def task_lock(arguments: Sequence[str]) -> int:
    """Resolve the ranges of pyproject.toml for all platforms and Pythons, with hashes and no addresses."""
    uv = lock_tool()
    project = "pyproject.toml"
    resolve(uv, "lock", [project, "--group", "dev"], LOCKED_KINDS, arguments)
    # Parts of the same resolution: the runtime part for who installs the wheel, the build part for setup.
    same = ["--constraints", "requirements/lock.txt"]
    resolve(uv, "runtime", [project, *same], LOCKED_KINDS, [])
    resolve(uv, "build", ["--group", f"{project}:build", *same], WHEELS_ONLY, [])
    for name in ("node", "uv"):
        resolve(uv, name, ["--group", f"{project}:{name}"], WHEELS_ONLY, arguments)
    freed = TOOLS / "peers-overrides.txt"
    freed.write_text("\n".join(PEER_OVERRIDES), encoding="utf-8")
    resolve(uv, "peers", ["--group", f"{project}:peers", "--overrides", str(freed)], WHEELS_ONLY, arguments)
    say("requirements/*.txt are resolved; `python3 dev.py setup` installs them")
    return 0


def lock_tool() -> str:
    """Path of uv, in a virtual environment of its own."""
    return venv_tool("uv", locked_venv("uv"))


def resolve(uv: str, name: str, sources: Sequence[str], kinds: str, arguments: Sequence[str]) -> None:
    """Write requirements/NAME.txt. What it pins stays as it is unless `arguments` ask uv for more."""
    final = REQUIREMENTS / f"{name}.txt"
    draft = TOOLS / f"{name}.txt"
    if final.is_file():
        shutil.copyfile(final, draft)
    wanted = ["--universal", "--generate-hashes", "--output-file", str(draft), "--annotation-style=line"]
    plain = ["--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    run(uv, "pip", "compile", *wanted, *plain, *sources, *arguments)
    draft.write_text(LOCK_HEAD + kinds + draft.read_text(encoding="utf-8"), encoding="utf-8")
    draft.replace(final)


def task_clean(arguments: Sequence[str]) -> int:
    """Remove what the tasks made, the fetched assets included."""
    folders = json.loads(ASSETS.read_text(encoding="utf-8"))["folders"]
    caches = [
        path
        for top in ("fonds", "tests", "benchmarks", "docs", "examples")
        for path in (ROOT / top).rglob("__pycache__")
    ]
    for path in [ROOT / name for name in (*MADE, *folders)] + caches:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return 0


TASKS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": task_setup,
    "demo": task_demo,
    "test": task_test,
    "lint": task_lint,
    "bench": task_bench,
    "lock": task_lock,
    "clean": task_clean,
}


def main(arguments: Sequence[str]) -> int:
    """Run one task; returns its exit code: 1 when it failed, 2 for wrong usage, 130 after Ctrl-C."""
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    task = TASKS.get(arguments[0])
    if task is None:
        say(f"no task {arguments[0]!r}; there are: {', '.join(TASKS)}")
        return 2
    try:
        return task(arguments[1:])
    except TaskError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped; the next run goes on from here")
        return 130


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well be the one that starts this file
        sys.exit(f"dev.py: Fonds needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    sys.exit(main(sys.argv[1:]))
