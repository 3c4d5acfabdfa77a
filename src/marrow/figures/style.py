"""One look for every figure: colours that colour-blind readers can tell apart, our own settings, no global state.

Colours are those of Okabe and Ito. A figure is drawn inside ``with look():`` on Matplotlib's ``Figure`` objects;
pyplot is never imported.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#1b1f24"
QUIET = "#6b7480"
GRID = "#dfe3e8"
BLUE = "#0072b2"
VERMILLION = "#d55e00"
GREEN = "#009e73"
ORANGE = "#e69f00"
PURPLE = "#b5578e"
SKY = "#56b4e9"

DONOR = BLUE
HOST = VERMILLION
SEQUENCE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)

WIDTH = 9.0  # inches
PIXELS_PER_INCH = 110

# In a page the colours follow the reader's light or dark setting; see the style sheet of the report.
_PAGE_COLOURS = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    GRID: "var(--grid)",
    BLUE: "var(--blue)",
    VERMILLION: "var(--vermillion)",
    GREEN: "var(--green)",
    ORANGE: "var(--orange)",
    PURPLE: "var(--purple)",
    SKY: "var(--sky)",
    "#ffffff": "var(--paper)",
}


@dataclass(frozen=True)
class Drawing:
    """A finished figure. ``alt`` says in words what it shows, for readers who cannot see it."""

    name: str  # file name without ending
    title: str
    caption: str
    alt: str
    figure: Figure


@dataclass(frozen=True)
class Picture:
    """A figure as files and pages hold it. ``svg``: a file; ``page``: markup in a page; ``png``: empty if unwanted."""

    name: str
    title: str
    caption: str
    alt: str
    svg: str
    page: str
    png: bytes = b""


@cache
def _settings() -> Any:
    import matplotlib

    # With defaults underneath, so that a reader's own matplotlibrc changes nothing.
    return matplotlib.rc_params_from_file(Path(__file__).with_name("marrow.mplstyle"), use_default_template=True)


def prepare() -> None:
    """Loads what figures need, which takes half a second: may run in a thread while patients are being solved."""
    from importlib import import_module

    for name in ("figure", "ticker", "backends.backend_agg", "backends.backend_svg"):
        import_module(f"matplotlib.{name}")
    _settings()


@contextmanager
def look() -> Iterator[None]:
    """Within it, new figures have our look; afterwards the caller's settings are as before."""
    import matplotlib

    settings = {key: value for key, value in _settings().items() if not key.startswith("backend")}
    with matplotlib.rc_context(settings):
        yield


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure of ``width`` times ``height`` inches. Margins are set by ``margins``, without trial layouts."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=PIXELS_PER_INCH)
    FigureCanvasAgg(figure)
    return figure


def margins(
    figure: Figure,
    *,
    left: float = 0.62,
    right: float = 0.15,
    top: float = 0.5,
    bottom: float = 0.5,
    across: float = 0.28,
    down: float = 0.42,
) -> None:
    """Margins and gaps in inches (gaps relative to the panels, as Matplotlib counts them)."""
    width, height = figure.get_size_inches()
    figure.subplots_adjust(
        left=left / width,
        right=1 - right / width,
        top=1 - top / height,
        bottom=bottom / height,
        wspace=across,
        hspace=down,
    )


def as_png(drawing: Drawing) -> bytes:
    """The figure as a PNG file."""
    buffer = io.BytesIO()
    with look():
        # Light compression: these pictures are small, and speed is felt.
        drawing.figure.savefig(buffer, format="png", pil_kwargs={"compress_level": 2})
    return buffer.getvalue()


def as_svg(drawing: Drawing) -> str:
    """The figure as an SVG file, the same bytes for the same figure."""
    import matplotlib

    buffer = io.StringIO()
    with look(), matplotlib.rc_context({"svg.hashsalt": drawing.name}):
        drawing.figure.savefig(buffer, format="svg", metadata={"Date": None, "Title": drawing.title})
    return buffer.getvalue()


def picture(drawing: Drawing, png: bool = False) -> Picture:
    """All that is kept of a figure."""
    svg = as_svg(drawing)
    page, raster = for_page(svg, drawing), as_png(drawing) if png else b""
    return Picture(drawing.name, drawing.title, drawing.caption, drawing.alt, svg, page, raster)


_GROUP_ID = re.compile(r' id="(?:[A-Za-z0-9.]+_\d+)"')
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_BACKGROUND = re.compile(r'<g id="patch_1">.*?</g>', re.DOTALL)
_SIZE = re.compile(r'<svg ([^>]*?)\s*(?:width|height)="[^"]*"([^>]*?)\s*(?:width|height)="[^"]*"')
_FONT = re.compile(r"font:\s*(?:(\d+|bold|italic)\s+)?([\d.]+)px [^;\"]*")


def for_page(svg: str, drawing: Drawing) -> str:
    """An SVG file made fit to stand inside a page: no identity twice, the colours of the page, its alt text."""
    body = svg[svg.index("<svg") :]
    body = _METADATA.sub("", body)
    body = _BACKGROUND.sub("", body, count=1)
    body = _GROUP_ID.sub("", body)
    body = _SIZE.sub(r"<svg \1\2", body, count=1)
    body = re.sub(r"<title>.*?</title>", "", body, count=1)
    body = re.sub(r"\s*\n\s*", "\n", body)
    for colour, variable in _PAGE_COLOURS.items():
        body = body.replace(colour, variable)
    body = _FONT.sub(lambda m: f"font-size: {m[2]}px" + (f"; font-weight: {m[1]}" if m[1] else ""), body)
    label = escape(drawing.alt)
    return body.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def escape(text: str) -> str:
    """Text that may stand in an attribute or element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
