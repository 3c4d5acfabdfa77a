"""Compiled models on disk: found again by a key, written whole or not at all, rebuilt when they are damaged.

A model is a folder: ``setup.py`` and ``kernel.py`` (generated source, by name of their content), ``description`` (facts), and what Numba
puts beside them. The key contains everything the machine code depends on.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pickle
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np

from marrow.engine.model import Description, Model, Programs

LIBRARIES = ("numpy", "numba", "llvmlite", "sympy")
SOURCES = ("language", "biology", "drugs", "engine")
FILES = ("units.py", "vocabulary.py", "sources.py")


def folder() -> Path:
    """$MARROW_CACHE, else the user's cache folder; a temporary folder, with a warning, when that cannot be written."""
    chosen = os.environ.get("MARROW_CACHE") or _user_cache()
    path = Path(chosen).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        return _temporary(str(path), str(error))
    return path


@lru_cache(maxsize=None)
def _temporary(path: str, why: str) -> Path:
    instead = Path(tempfile.mkdtemp(prefix="marrow-"))
    warnings.warn(f"the cache folder {path} cannot be written ({why}); compiling for this process only", stacklevel=3)
    return instead


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "marrow"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "marrow"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "marrow"


def processor() -> str:
    """The kind of processor that machine code is made for."""
    import llvmlite.binding as llvm

    return f"{platform.machine()} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def cache_key(modules: Sequence[str]) -> str:
    """A name for the model made of these modules by the present sources, libraries and processor."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    paths = [p for part in SOURCES for p in sorted((package / part).rglob("*.py"))] + [package / each for each in FILES]
    for path in paths:
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes() + b"\0")
    for text in (*modules, platform.python_version(), processor(), *map(_version, LIBRARIES)):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:24]


def content_key(*sources: str) -> str:
    """A name for generated source: for networks that are not made of modules on disk."""
    digest = hashlib.sha256()
    elementary = (Path(__file__).parent / "elementary.py").read_text()
    for text in (*sources, elementary, platform.python_version(), processor(), *map(_version, LIBRARIES)):
        digest.update(text.encode() + b"\0")
    return "content-" + digest.hexdigest()[:24]


def _version(library: str) -> str:
    return f"{library} {importlib.metadata.version(library)}"


def write(description: Description, kernel: str, setup: str) -> Model:
    """Stores a model. Written in a folder of its own, which then takes its name: a half-written one is never seen."""
    parent = folder()
    final = parent / description.key
    draft = Path(tempfile.mkdtemp(prefix=f".{description.key}-", dir=parent))
    names = {"kernel": _named("kernel", kernel), "setup": _named("setup", setup)}
    (draft / names["kernel"]).write_text(kernel)
    (draft / names["setup"]).write_text(setup)
    content = pickle.dumps((description, names))
    (draft / "description").write_bytes(hashlib.sha256(content).digest() + content)
    try:
        os.replace(draft, final)
    except OSError:  # somebody else was quicker, or a damaged one is in the way
        if read(description.key) is None:
            shutil.rmtree(final, ignore_errors=True)
            os.replace(draft, final)
        else:
            shutil.rmtree(draft, ignore_errors=True)
    return Model(description, str(final))


def _named(part: str, source: str) -> str:
    return f"{part}_{hashlib.sha256(source.encode()).hexdigest()[:16]}.py"


def _open(path: Path) -> tuple[Description, dict[str, str]] | None:
    """The facts of a stored model, or None when anything about it is not as it was written."""
    try:
        raw = (path / "description").read_bytes()
        content = raw[32:]
        if hashlib.sha256(content).digest() != raw[:32]:
            return None
        description, names = pickle.loads(content)
        for part, name in names.items():
            if _named(part, (path / name).read_text()) != name:
                return None
    except (OSError, pickle.PickleError, ValueError, AttributeError, ImportError, EOFError, TypeError):
        return None
    return description, names


def read(key: str) -> Model | None:
    """The stored model of this key, or None. Starts no compiler."""
    path = folder() / key
    found = _open(path)
    if found is None or found[0].key != key:
        return None
    return Model(found[0], str(path))


def _import(path: Path, name: str) -> ModuleType:
    full = f"marrow_generated_{path.parent.name.replace('.', '_')}_{path.stem}"
    if full in sys.modules:
        return sys.modules[full]
    spec = importlib.util.spec_from_file_location(full, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[full]
        raise
    return module


def _part(path: str, part: str) -> ModuleType:
    found = _open(Path(path))
    if found is None:
        raise FileNotFoundError(f"the compiled model in {path} is gone or damaged: compile it again")
    return _import(Path(path) / found[1][part], part)


def load_programs(path: str) -> Programs:
    """Machine code of the kernel: read from disk, or compiled now (a minute or so the first time)."""
    try:
        kernel = _part(path, "kernel")
    except (EOFError, pickle.PickleError, ValueError, IndexError):  # machine code damaged on disk: make it anew
        shutil.rmtree(Path(path) / "__pycache__", ignore_errors=True)
        kernel = _part(path, "kernel")
    owners: list[object] = []
    addresses = {}
    for name, functions in kernel.PROGRAMS.items():
        owners += functions
        addresses[name] = np.array([each.address for each in functions], dtype=np.int64)
    return Programs(**addresses, owners=tuple(owners))


def load_setup(path: str):  # type: ignore[no-untyped-def]
    return _part(path, "setup").setup


def load_assigned(path: str):  # type: ignore[no-untyped-def]
    return _part(path, "setup").assigned
