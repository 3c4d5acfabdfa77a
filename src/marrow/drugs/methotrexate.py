"""Methotrexate, intravenous, short course: two compartments, mostly renal; kills cells that make DNA."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import RECOVERY, assumed, fitted
from marrow.units import L, day, dimensionless, hour, m, mg
from marrow.vocabulary import (
    BODY_SURFACE_AREA,
    CYTOTOXICITY,
    GLOMERULAR_FILTRATION,
    T_CELL_PROLIFERATION,
    CellClass,
    Group,
    Observable,
)

METHOTREXATE_CONCENTRATION = Observable(
    "methotrexate_concentration", mg / L, "methotrexate in plasma", floor=0.001, group=Group.DRUGS
)


class Methotrexate(Drug):
    """Methotrexate.

    Assumes two linear compartments that follow body surface area, most of clearance by the kidneys; that cells in DNA
    synthesis die at a rate that depends on the time above a low level rather than on the peak. Kills dividing cells
    and the mucosa, injures small vessels a little, and stops the division of activated T cells; spares resting stem
    cells and lymphocytes.
    Every number is from memory and graded assumed: no published model of the short course was read.
    Leaves out folinic acid, fluid in body cavities that holds the drug back, the liver, polyglutamates within cells
    (their stay is part of the low level of half the effect).
    Should show a terminal half-life of 8 to 10 h, levels below 0.01 mg/L after a day and a half, mucosal injury, and
    neutrophils above 0.5 some one to four days later than without it.
    """

    names = ("methotrexate", "MTX")

    surface = Covariate(BODY_SURFACE_AREA)
    filtration = Covariate(GLOMERULAR_FILTRATION)

    central = State("methotrexate, central compartment", mg, rest=0, typical=10.0)
    peripheral = State("methotrexate, peripheral compartment", mg, rest=0, typical=5.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    standard_surface = Parameter(
        "body surface of the standard adult",
        1.8 * m**2,
        plausible=(1.8, 1.8),
        source=assumed("the size to which volumes and clearances refer: a definition"),
    )
    renal_share = Parameter(
        "renal clearance for each unit of glomerular filtration",
        0.9 * dimensionless,
        plausible=(0.7, 1.2),
        source=assumed("close to the filtration of the free half, with secretion beside it; textbook memory"),
    )
    other_clearance = Parameter(
        "clearance other than by the kidneys",
        1.2 * L / hour,
        plausible=(0.5, 2.5),
        source=assumed("about one to two tenths of 7 L/h; textbook memory"),
    )
    central_volume = Parameter(
        "central volume", 20.0 * L, plausible=(12.0, 30.0), source=assumed("about 0.3 L/kg; textbook memory")
    )
    peripheral_volume = Parameter(
        "volume of the peripheral compartment",
        20.0 * L,
        plausible=(10.0, 35.0),
        source=assumed("0.6 L/kg at steady state, less the central volume; textbook memory"),
    )
    exchange = Parameter(
        "exchange with the peripheral compartment",
        2.0 * L / hour,
        plausible=(1.0, 4.0),
        source=assumed("gives a terminal half-life of 8 to 10 h; textbook memory"),
    )
    active_level = Parameter(
        "level of half the effect on cells in DNA synthesis",
        0.01 * mg / L,
        plausible=(0.003, 0.03),
        source=assumed("0.02 umol/L, below which marrow and mucosa are thought to recover; textbook memory"),
    )
    kill_of_dividing = Parameter(
        "highest death rate of dividing cells",
        0.26 / day,
        plausible=(0.07, 0.5),
        vary=lognormal(cv=0.40),
        source=fitted(
            RECOVERY,
            "chosen so that the short course costs neutrophils two to three days; no human measurement of the kill",
        ),
    )
    kill_of_mucosa = Parameter(
        "highest death rate of mucosal stem cells",
        0.1 / day,
        plausible=(0.03, 0.3),
        source=assumed("mucositis is somewhat worse than without it; no measurement"),
    )

    injury_of_vessels = Parameter(
        "highest injury of small vessels, 1 after myeloablative busulfan",
        0.02 / day,
        plausible=(0.005, 0.08),
        source=assumed("odds ratio of sinusoidal obstruction 1.8 of regimens with it, over all studies"),
    )

    def scale(self):
        return self.surface / self.standard_surface

    @derived(
        "clearance",
        L / hour,
        vary=lognormal(cv=0.30),
        source=assumed("spread between patients of 25 to 35 %; textbook memory"),
    )
    def clearance(self):
        return self.renal_share * self.filtration + self.other_clearance * self.surface / self.standard_surface

    def concentration(self):
        return self.central / (self.central_volume * self.scale())

    def presence(self):
        """Share of the full effect."""
        return saturate(self.concentration(), self.active_level)

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(central, peripheral)
    def distribution(self):
        return self.exchange * self.scale() * self.concentration()

    @reaction(peripheral, central)
    def redistribution(self):
        return self.exchange * self.peripheral / self.peripheral_volume

    @offers(METHOTREXATE_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(CYTOTOXICITY[CellClass.DIVIDING])
    def kills_dividing(self):
        return self.kill_of_dividing * self.presence()

    @offers(CYTOTOXICITY[CellClass.MUCOSA])
    def kills_mucosa(self):
        return self.kill_of_mucosa * self.presence()

    @offers(CYTOTOXICITY[CellClass.ENDOTHELIUM])
    def injures_vessels(self):
        return self.injury_of_vessels * self.presence()

    @offers(T_CELL_PROLIFERATION)
    def division_left(self):
        return 1 - self.presence()
