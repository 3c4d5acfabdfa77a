"""Febrile infections of neutropenia, and inflammation."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, add, derived, hazard, lognormal, nothing, offers, reaction
from marrow.language.math import positive, smaller
from marrow.sources import assumed
from marrow.units import L as litre
from marrow.units import billion_cells, day, dimensionless
from marrow.vocabulary import ABSOLUTE_NEUTROPHIL_COUNT, INFLAMMATION, TISSUE_DAMAGE


class Infection(Module):
    """Fever by infection while neutrophils are few; inflammation that follows and fades.

    Assumes a hazard that falls linearly to nothing as neutrophils approach a safe count and doubles with injured
    mucosa, and that every infection is treated and survived.
    Leaves out organisms, prophylaxis and antibiotics, infections after engraftment, death.
    Should show a first fever in most patients within two to three weeks of severe neutropenia, none in health.
    """

    neutrophils = Needs(ABSOLUTE_NEUTROPHIL_COUNT)
    damage = Needs(TISSUE_DAMAGE)
    inflamed = State("inflammation", dimensionless, rest=0, typical=0.5, receives=INFLAMMATION)
    hazard_without_neutrophils = Parameter(
        "hazard of a febrile infection without neutrophils",
        0.04 / day,
        plausible=(0.01, 0.06),
        vary=lognormal(cv=0.3),
        source=assumed("0.03 a day at a count of 0.1, halved for each tenfold rise", key="engels1999"),
    )
    safe_count = Parameter(
        "count above which neutropenia adds no hazard",
        1.0 * billion_cells / litre,
        plausible=(0.5, 1.5),
        source=assumed("risk falls with the count and is small above 1"),
    )
    by_damage = Parameter(
        "increase of the hazard when the mucosa is wholly injured",
        1.0 * dimensionless,
        plausible=(0.3, 3.0),
        source=assumed("mucositis opens the way"),
    )
    from_damage = Parameter(
        "inflammation caused by wholly injured mucosa",
        0.3 / day,
        plausible=(0.1, 0.6),
        source=assumed("C-reactive protein rises with mucositis without infection"),
    )
    fading_time = Parameter(
        "time in which inflammation fades",
        3.0 * day,
        plausible=(2.0, 6.0),
        source=assumed("fever lasts some days under treatment"),
    )
    severity = Parameter(
        "inflammation of one infection",
        1.0 * dimensionless,
        plausible=(1.0, 1.0),
        source=assumed("definition of the unit"),
    )

    @derived("count above which neutropenia adds no hazard, at most the patient's own in health", billion_cells / litre)
    def protective_count(self):
        return smaller(self.safe_count, self.at_rest.neutrophils)

    @hazard("febrile infection", then=add(INFLAMMATION, severity), recurs=True)
    def febrile_infection(self):
        """A febrile infection."""
        exposed = positive(1 - self.neutrophils / self.protective_count)
        return self.hazard_without_neutrophils * exposed * (1 + self.by_damage * self.damage)

    @reaction(nothing, inflamed)
    def from_mucosa(self):
        """Injured mucosa inflames."""
        return self.from_damage * self.damage

    @reaction(inflamed, nothing)
    def fades(self):
        """Inflammation fades."""
        return self.inflamed / self.fading_time

    @offers(INFLAMMATION)
    def inflammation(self):
        return self.inflamed
