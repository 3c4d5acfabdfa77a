"""The folder of results appears whole or not at all: it is written beside its place under another name, then moved."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from marrow.errors import RunError
from marrow.whole import write_whole

MANIFEST = "manifest.json"
FORMAT = "marrow result 1"
COMPARISON_FORMAT = "marrow comparison 1"
PHARMACOKINETICS_FORMAT = "marrow pharmacokinetics 1"
CALIBRATION_FORMAT = "marrow calibration 1"
SWEEP_FORMAT = "marrow sweep 1"
ENDPOINTS_FORMAT = "marrow endpoints 1"
SENSITIVITY_FORMAT = "marrow sensitivity 1"
FORMATS = (FORMAT, COMPARISON_FORMAT, PHARMACOKINETICS_FORMAT, CALIBRATION_FORMAT, SWEEP_FORMAT, ENDPOINTS_FORMAT,
           SENSITIVITY_FORMAT)  # fmt: skip


def check_folder(folder: Path) -> None:
    """Raises ``RunError`` when ``folder`` is there and is neither empty nor an earlier result of marrow."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise RunError(f"{folder}: found a file, needed a folder, or a name that is not taken yet")
    if any(folder.iterdir()) and not _is_ours(folder):
        raise RunError(
            f"{folder}: holds files that marrow did not write; nothing was changed there. "
            "Name another folder with --out"
        )


def _is_ours(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") in FORMATS


def with_whole_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Lets ``fill`` write into a new folder beside ``folder``, then moves it there. Interrupted, it leaves nothing."""
    check_folder(folder)
    target = folder.resolve()
    made: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
        made.chmod(0o777 & ~_umask())
        fill(made)
        _move_into_place(made, target)
    except OSError as error:
        raise RunError(_what_went_wrong(folder, error)) from error
    finally:  # also after Ctrl-C
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def write_text_whole(file: Path, text: str) -> None:
    """Writes a file so that it appears whole or not at all. Raises ``RunError``."""
    try:
        write_whole(file, text.encode())
    except OSError as error:
        raise RunError(f"{file}: cannot be written: {error.strerror or error}") from error


def write_json_whole(file: Path, content: Any) -> None:
    write_text_whole(file, json.dumps(content, indent=1, allow_nan=False) + "\n")


def _move_into_place(made: Path, target: Path) -> None:
    """Renames; an earlier result is kept until the new one is there."""
    if not target.exists():
        made.rename(target)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".earlier", dir=target.parent))
    try:
        target.rename(earlier / "result")
        try:
            made.rename(target)
        except BaseException:
            (earlier / "result").rename(target)
            raise
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _what_went_wrong(folder: Path, error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EACCES: "there is no permission to write there",
        errno.EPERM: "there is no permission to write there",
        errno.EROFS: "the disk is read-only",
        errno.ENOTDIR: "a part of its path is a file",
        errno.EEXIST: "a part of its path is a file",
        errno.ENAMETOOLONG: "its name is too long",
    }
    text = str(error).lower()
    reason = reasons.get(error.errno or 0) or ("the disk is full" if "no space left" in text else str(error))
    return f"{folder}: the results cannot be written: {reason}. Nothing was left behind"
