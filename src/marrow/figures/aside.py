"""Figures drawn by a second process: it loads Matplotlib while patients are solved, and draws while files are written.

The same code draws the same bytes in either process. When the second cannot be had or fails, figures are drawn here.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is used: the second process is to start before anything else is loaded
    from marrow.figures.gallery import Kind, Material
    from marrow.figures.style import Picture

Pictures = tuple["Picture", ...]
# Begins to draw these kinds; what it returns waits until all are drawn. The second argument: as PNG too.
Painter = Callable[["Material", bool, Sequence["Kind"]], Callable[[], Pictures]]

_PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); import sys; sys.path[:] = {path!r}; "
    "from marrow.figures.aside import serve; serve()"
)


def here(material: Material, png: bool, kinds: Sequence[Kind]) -> Callable[[], Pictures]:
    """Draws in this process, when waited for."""
    from marrow.figures.gallery import pictures

    return lambda: pictures(material, png, kinds)


@contextmanager
def aside() -> Iterator[Painter]:
    """Within it, there is a second process to draw. It ends with it, also when this one is interrupted or killed."""
    process = _started()
    if process is None:
        yield here
        return
    pool = ThreadPoolExecutor(1, "marrow-figures")

    def begin(material: Material, png: bool, kinds: Sequence[Kind]) -> Callable[[], Pictures]:
        asked = pool.submit(_ask, process, (material, png, kinds))

        def wait() -> Pictures:
            drawn = asked.result()
            return here(material, png, kinds)() if drawn is None else drawn

        return wait

    try:
        yield begin
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        pool.shutdown()


def _started() -> subprocess.Popen[bytes] | None:
    """The second process; None where one would be no help, or there is no Python to run."""
    if (os.cpu_count() or 1) < 2 or not sys.executable:
        return None
    program = _PROGRAM.format(path=sys.path)
    try:
        return subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _ask(process: subprocess.Popen[bytes], job: object) -> Pictures | None:
    """What the second process drew, or None when it failed."""
    assert process.stdin is not None and process.stdout is not None
    try:
        pickle.dump(job, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        return pickle.load(process.stdout)
    except (OSError, EOFError, ValueError, pickle.PickleError):
        return None


def serve() -> None:
    """What the second process does: draws what it is asked on standard input, until that ends."""
    gc.disable()  # it lives for seconds: looking for garbage would take a fifth of its time
    from marrow.figures import gallery  # noqa: F401
    from marrow.figures.style import prepare

    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may be written among the answers
    prepare()
    while True:
        try:
            material, png, kinds = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(_by_two(material, png, kinds), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _by_two(material: Material, png: bool, kinds: Sequence[Kind]) -> Pictures:
    """Every other figure is drawn by a copy of this process, where one can be had for nothing."""
    from marrow.figures.gallery import in_order, pictures

    if sys.platform != "linux" or len(kinds) < 2:
        return pictures(material, png, kinds)
    answer, question = os.pipe()
    copy = os.fork()
    if copy == 0:
        try:
            for end in (answer, 0, 1):  # whoever waits at them is to notice at once when this process's parent is gone
                os.close(end)
            with os.fdopen(question, "wb") as pipe:
                pickle.dump(pictures(material, png, kinds[1::2]), pipe, pickle.HIGHEST_PROTOCOL)
        finally:
            os._exit(0)
    os.close(question)
    with os.fdopen(answer, "rb") as pipe:
        mine = pictures(material, png, kinds[::2])
        others = pickle.load(pipe)
    os.waitpid(copy, 0)
    return in_order((*mine, *others))
