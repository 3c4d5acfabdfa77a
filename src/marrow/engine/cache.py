"""Compiled models on disk: found again by a key, written whole or not at all, rebuilt when they are damaged.

A model is a folder named by its key: ``description`` (facts) and ``setup_*.py``. Its kernel is
``kernels/kernel_*.py``, named by a hash of its content, with the machine code that Numba puts beside it: models of the
same equations share it. The key contains all sources that a model is made from; the kernel's content, everything the
machine code depends on.
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
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from marrow.engine.model import Description, Model, Programs
from marrow.engine.precision import Precision
from marrow.whole import write_whole

if TYPE_CHECKING:
    from marrow.engine.machine_code import Loaded

LIBRARIES = ("numpy", "numba", "llvmlite", "sympy")
SOURCES = ("vocabulary", "language", "biology", "drugs", "engine")
KERNELS = "kernels"
PACKAGE = Path(__file__).resolve().parents[1]
FILES = ("units.py", "sources.py", "terms.py")


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


@cache
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


@cache
def processor() -> str:
    """The kind of processor that machine code is made for."""
    import llvmlite.binding as llvm

    return f"{platform.machine()} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def cache_key(modules: Sequence[str]) -> str:
    """A name for the model made of these modules by the present sources, libraries and processor."""
    digest = _digest_of_sources()
    for text in (*modules, platform.python_version(), processor(), *map(_told, LIBRARIES)):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:24]


def sources_key(*files: str, libraries: Sequence[str] = ()) -> str:
    """A name for what is read from the present sources of modules, their bibliographies, and these files beside."""
    papers = sorted(path.name for path in PACKAGE.glob("*.bib"))
    digest = _digest_of_sources(*papers, *files)
    for text in (platform.python_version(), *map(_told, libraries)):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:24]


def _digest_of_sources(*files: str) -> Any:
    digest = hashlib.sha256()
    paths = [path for part in SOURCES for path in sorted((PACKAGE / part).rglob("*.py"))]
    for path in [*paths, *(PACKAGE / each for each in (*FILES, *files))]:
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest


def content_key(*sources: str) -> str:
    """A name for generated source: for networks that are not made of modules on disk."""
    return "content-" + hashlib.sha256("\0".join(sources).encode()).hexdigest()[:24]


def circumstances() -> str:
    """What machine code depends on beside its source: processor, libraries, and the functions that it calls."""
    elementary = b"".join(
        (Path(__file__).parent / f"{name}.py").read_bytes() for name in ("elementary", "precision", "machine_code")
    )
    parts = (platform.python_version(), *map(_told, LIBRARIES), processor())
    return f"{hashlib.sha256(elementary + chr(0).join(parts).encode()).hexdigest()[:16]} ({', '.join(parts[:-1])})"


@cache
def version(library: str) -> str:
    """The version that is installed. Finding it takes milliseconds."""
    return importlib.metadata.version(library)


def _told(library: str) -> str:
    return f"{library} {version(library)}"


def write(description: Description, kernel: str, setup: str) -> Model:
    """Stores a model. Written in a folder of its own, which then takes its name: a half-written one is never seen."""
    parent = folder()
    final = parent / description.key
    kernel_name = _store_kernel(parent / KERNELS, kernel)
    draft = Path(tempfile.mkdtemp(prefix=f".{description.key}-", dir=parent))
    setup_name = _named("setup", setup)
    (draft / setup_name).write_text(setup)
    content = pickle.dumps((description, {"kernel": f"../{KERNELS}/{kernel_name}", "setup": setup_name}))
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


def _store_kernel(kernels: Path, source: str) -> str:
    """Puts the source where it belongs, unless it is there already: then its machine code is, too."""
    kernels.mkdir(exist_ok=True)
    name = _named("kernel", source)
    path = kernels / name
    if not (path.exists() and path.read_text() == source):
        write_whole(path, source.encode())
    return name


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
            if _named(part, (path / name).read_text()) != Path(name).name:
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


def _import(path: Path) -> ModuleType:
    full = f"marrow_generated_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
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
    return _import((Path(path) / found[1][part]).resolve())


def load_programs(path: str, precision: Precision) -> Programs:
    """Machine code of the kernel in a precision: read from disk, or made now (seconds)."""
    kernel = _part(path, "kernel")
    source = Path(str(kernel.__file__))
    loaded = machine_code(source.with_suffix(f".{precision.name}.o"), lambda: _compile(source, precision))
    addresses = {
        name: np.array([loaded.address(each.__name__) for each in functions], dtype=np.int64)
        for name, functions in kernel.PROGRAMS.items()
    }
    return Programs(**addresses, owners=(loaded, kernel))


def machine_code(file: Path, make: Callable[[], bytes]) -> Loaded:
    """From an object file, or made anew when there is none or it is not as it was written."""
    from marrow.engine.machine_code import load_object

    stored = read_checked(file)
    if stored is not None:
        return load_object(stored)
    made = make()
    file.parent.mkdir(exist_ok=True)
    write_checked(file, made)
    return load_object(made)


def _compile(source: Path, precision: Precision) -> bytes:
    from marrow.engine.machine_code import compile_source

    return compile_source(source.read_text(), precision)


def read_checked(file: Path) -> bytes | None:
    """What ``write_checked`` has written there, or None when it is not there or not as it was written."""
    try:
        stored = file.read_bytes()
    except OSError:
        return None
    return stored[32:] if hashlib.sha256(stored[32:]).digest() == stored[:32] else None


def write_checked(file: Path, content: bytes) -> None:
    """Writes a file whole, with a hash by which damage is noticed."""
    write_whole(file, hashlib.sha256(content).digest() + content)


def load_setup(path: str):  # type: ignore[no-untyped-def]
    return _part(path, "setup").setup


def load_assigned(path: str):  # type: ignore[no-untyped-def]
    return _part(path, "setup").assigned
