"""All figures of a run, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from marrow.figures.chimerism import draw_chimerism
from marrow.figures.counts import draw_counts, draw_lymphocytes
from marrow.figures.cytokines import draw_cytokines
from marrow.figures.drugs import draw_drugs
from marrow.figures.engraftment import Recovery, draw_engraftment
from marrow.figures.marrow import draw_marrow
from marrow.figures.scene import Scene
from marrow.figures.style import Drawing, Picture, picture


def draw_all(scene: Scene, recoveries: Sequence[Recovery] = ()) -> tuple[Drawing, ...]:
    """Those for which the course has data."""
    made = (
        draw_counts(scene),
        draw_engraftment(scene, recoveries),
        draw_marrow(scene),
        draw_chimerism(scene),
        draw_lymphocytes(scene),
        draw_drugs(scene),
        draw_cytokines(scene),
    )
    return tuple(drawing for drawing in made if drawing is not None)


def pictures(scene: Scene, recoveries: Sequence[Recovery] = (), png: bool = False) -> tuple[Picture, ...]:
    """The same as files and pages hold them. ``png``: as PNG too."""
    return tuple(picture(drawing, png) for drawing in draw_all(scene, recoveries))
