"""A file that appears whole or not at all, whatever is killed when."""

from __future__ import annotations

import os
import platform
import threading
from pathlib import Path

DRAFT = ".partial"


def write_whole(file: Path, content: bytes) -> None:
    """Writes beside ``file`` under a name of this thread, to the disk itself, then renames. Raises ``OSError``."""
    draft = file.with_name(f".{file.name}.{platform.node()}-{os.getpid()}-{threading.get_ident()}{DRAFT}")
    try:
        with draft.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
