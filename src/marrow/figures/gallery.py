"""All figures of a run, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from marrow.figures.chimerism import draw_chimerism
from marrow.figures.counts import draw_counts, draw_lymphocytes
from marrow.figures.cytokines import draw_cytokines
from marrow.figures.drugs import draw_drugs
from marrow.figures.engraftment import Recovery, draw_engraftment
from marrow.figures.marrow import draw_marrow
from marrow.figures.outcomes import draw_incidences, draw_situations
from marrow.figures.scene import Scene
from marrow.figures.style import Drawing, Picture, picture

if TYPE_CHECKING:
    from marrow.endpoints.outcome import Outcomes


class Material(NamedTuple):
    """What the figures of a run are drawn from. ``outcomes`` and ``expected`` (incidences by name): for risks."""

    scene: Scene
    recoveries: Sequence[Recovery] = ()
    outcomes: Outcomes | None = None
    expected: Mapping[str, Any] | None = None


class Kind(Enum):
    """The figures of a run, in the order in which they are read."""

    SITUATIONS = "situations"
    INCIDENCES = "incidences"
    COUNTS = "counts"
    ENGRAFTMENT = "engraftment"
    MARROW = "marrow"
    CHIMERISM = "chimerism"
    LYMPHOCYTES = "lymphocytes"
    DRUGS = "drugs"
    CYTOKINES = "cytokines"


# Those that show how uncertain parameters widen the bands: they wait for the second run.
WITH_UNCERTAINTY = (Kind.COUNTS, Kind.MARROW, Kind.LYMPHOCYTES, Kind.CYTOKINES)
WITHOUT_UNCERTAINTY = tuple(kind for kind in Kind if kind not in WITH_UNCERTAINTY)

_DRAWN: Mapping[Kind, Callable[[Material], Drawing | None]] = {
    Kind.SITUATIONS: lambda m: None if m.outcomes is None else draw_situations(m.outcomes),
    Kind.INCIDENCES: lambda m: None if m.outcomes is None else draw_incidences(m.outcomes, m.expected or {}),
    Kind.COUNTS: lambda m: draw_counts(m.scene),
    Kind.ENGRAFTMENT: lambda m: draw_engraftment(m.scene, m.recoveries),
    Kind.MARROW: lambda m: draw_marrow(m.scene),
    Kind.CHIMERISM: lambda m: draw_chimerism(m.scene),
    Kind.LYMPHOCYTES: lambda m: draw_lymphocytes(m.scene),
    Kind.DRUGS: lambda m: draw_drugs(m.scene),
    Kind.CYTOKINES: lambda m: draw_cytokines(m.scene),
}


def draw_all(material: Material, kinds: Sequence[Kind] = tuple(Kind)) -> tuple[Drawing, ...]:
    """Those of these ``kinds`` for which the course has data."""
    made = (_DRAWN[kind](material) for kind in kinds)
    return tuple(drawing for drawing in made if drawing is not None)


def pictures(material: Material, png: bool = False, kinds: Sequence[Kind] = tuple(Kind)) -> tuple[Picture, ...]:
    """The same as files and pages hold them. ``png``: as PNG too."""
    return tuple(picture(drawing, png) for drawing in draw_all(material, kinds))


def in_order(made: Iterable[Picture]) -> tuple[Picture, ...]:
    """As they are read."""
    places = {kind.value: place for place, kind in enumerate(Kind)}
    return tuple(sorted(made, key=lambda each: places[each.name]))
