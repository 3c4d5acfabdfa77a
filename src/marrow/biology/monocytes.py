"""Monocytes of marrow and blood."""

from __future__ import annotations

from marrow.language import (
    Balanced,
    Module,
    Needs,
    Origin,
    Parameter,
    State,
    derived,
    lognormal,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import total
from marrow.sources import assumed, elsewhere
from marrow.sources import derived as calculated
from marrow.units import L as litre
from marrow.units import billion_cells, cells, day, dimensionless, kg
from marrow.vocabulary import (
    ABSOLUTE_MONOCYTE_COUNT,
    BLOOD_VOLUME,
    CYTOTOXICITY,
    MARROW_CELLS,
    MONOCYTE_RECRUITMENT,
    MONOCYTES_OF,
    START,
    WHITE_CELL_COUNT,
    CellClass,
    Pool,
)


class Monocytes(Module):
    """Monocytes: one marrow stage that divides, and blood.

    Assumes a short marrow stage and no reserve, so that monocytes lead neutrophils in recovery by a day or two.
    Leaves out intermediate and non-classical monocytes (4 and 7 days in blood), tissue macrophages, M-CSF.
    Should show monocytes in blood before neutrophils pass 0.5.
    """

    recruits = Needs(MONOCYTE_RECRUITMENT)
    kill = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    kill_of_precursors = Needs(CYTOTOXICITY[CellClass.PRECURSOR])
    volume = Needs(BLOOD_VOLUME)
    active = Needs(START[Pool.PROGENITORS])
    spared = Needs(START[Pool.NEUTROPHILS])
    count_at_rest = Parameter(
        "monocytes in blood in health",
        0.45 * billion_cells / litre,
        plausible=(0.3, 0.6),
        vary=lognormal(cv=0.25),
        source=assumed("reference range of adults 0.3 to 0.6"),
    )
    exit = Parameter(
        "exit from blood",
        0.8 / day,
        plausible=(0.3, 1.0),
        source=elsewhere(
            "patel2017", "classical monocytes, 85 % of all, stay 1 day; others longer; healthy adults", at="abstract"
        ),
    )
    marrow_time = Parameter(
        "time in marrow, divisions included",
        3.0 * day,
        plausible=(1.6, 5.0),
        source=calculated("a postmitotic interval of 1.6 days, and divisions", key="patel2017"),
    )

    @derived("monocytes of blood in health", cells / kg)
    def blood_at_rest(self):
        return self.count_at_rest * self.at_rest.volume

    precursors = State("monocyte precursors", cells / kg, per=Origin, start=active, typical=5e6)
    blood = State("monocytes in blood", cells / kg, per=Origin, rest=blood_at_rest, start=spared, typical=3e7)
    amplification = Balanced("monocytes made per precursor", dimensionless)

    def killing(self):
        """Death rate of dividing precursors: what kills progenitors too, and what kills these alone."""
        return self.kill + self.kill_of_precursors

    @reaction(nothing, precursors)
    def recruitment(self):
        """New precursors."""
        return self.recruits

    @reaction(precursors, nothing)
    def killed(self):
        """Killed by drugs and radiation."""
        return self.killing() * self.precursors

    @reaction(precursors, blood)
    def release(self):
        """Division and release into blood."""
        return self.precursors / self.marrow_time, self.amplification

    @reaction(blood, nothing)
    def leave_blood(self):
        """Exit into tissues."""
        return self.exit * self.blood

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return self.precursors

    @offers(ABSOLUTE_MONOCYTE_COUNT)
    def count(self):
        return total(self.blood) / self.at_rest.volume

    @offers(MONOCYTES_OF)
    def count_of(self):
        return self.blood / self.at_rest.volume

    @offers(WHITE_CELL_COUNT)
    def white_cells(self):
        return total(self.blood) / self.at_rest.volume
