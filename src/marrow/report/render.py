"""The report as one HTML file: no network, no scripts, light and dark, printable."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from marrow.report.comparison import Comparison
from marrow.report.content import ReportContent

TEMPLATES = Path(__file__).with_name("templates")


def render_report(content: ReportContent) -> str:
    """The whole page."""
    return _environment().get_template("report.html").render(content=content)


def render_comparison(comparison: Comparison) -> str:
    """The page of a what-if."""
    return _environment().get_template("comparison.html").render(content=comparison)


def render_page(template: str, content: Any) -> str:
    """A page of what another part of marrow found."""
    return _environment().get_template(template).render(content=content)


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
