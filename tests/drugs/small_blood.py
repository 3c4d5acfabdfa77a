"""A module for tests: blood neutrophils and G-CSF receptors that stay as they are."""

from __future__ import annotations

from marrow.language import Module, Parameter, offers
from marrow.sources import assumed
from marrow.units import L, billion_cells, cells, kg
from marrow.vocabulary import ABSOLUTE_NEUTROPHIL_COUNT, G_CSF_RECEPTORS


class FixedNeutrophils(Module):
    """For tests: neutrophils at a constant count, receptors as in health."""

    count = Parameter("count", 2.7 * billion_cells / L, plausible=(1e-3, 40.0), source=assumed("of tests"))
    mass = Parameter("receptors", 4e8 * cells / kg, plausible=(1e8, 1e9), source=assumed("of tests"))

    @offers(ABSOLUTE_NEUTROPHIL_COUNT)
    def neutrophils(self):
        return self.count

    @offers(G_CSF_RECEPTORS)
    def receptors(self):
        return self.mass
