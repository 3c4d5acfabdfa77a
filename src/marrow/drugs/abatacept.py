"""Abatacept, intravenous: two compartments; T cells that answer to foreign tissue go without costimulation."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed, elsewhere, in_transplant
from marrow.units import L, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, T_CELL_COSTIMULATION, Group, Observable

ABATACEPT_CONCENTRATION = Observable(
    "abatacept_concentration", mg / L, "abatacept in serum", floor=0.05, group=Group.DRUGS
)
_READ = {"at": "supplemental Table 4", "transcribed_in": "nlmixr2lib, Takahashi_2023_abatacept"}
_POOLED = "570 patients with arthritis and 115 after transplants, 70 kg"


def _pooled(what: str):
    return elsewhere("takahashi2023", f"{what}; {_POOLED}", **_READ)


def _power(of: str, value: float, low: float, high: float) -> Parameter:
    label = f"power of body weight in {of}"
    return Parameter(label, value * dimensionless, plausible=(low, high), source=_pooled(f"exponent of {of}"))


class Abatacept(Drug):
    """Abatacept.

    Assumes two linear compartments, with the clearance and volume that recipients of matched grafts had; that it takes
    a share of the growth of T cells that answer to foreign tissue, of donor and host alike, and that one infusion
    saturates: CD80 and CD86 are occupied for weeks, while other ways of costimulation stay. T cells that fill an empty
    body do so without CD28 and are spared; so is what protects from infection.
    Leaves out regulatory cells, which need CD28 too, the brake of CTLA-4, B cells, antibodies against the drug,
    subcutaneous doses, and the slower clearance seen with one mismatch.
    Should show some 170 mg/L after 10 mg/kg in an adult, 40 on day 5 after it, an effect for six weeks after the last
    of four doses; fewer alloreactive cells and less acute disease than without, and not later lymphocytes.
    How much of growth it takes is not known, and was not set by a trial of it: kidneys are kept with its relative in
    place of a calcineurin inhibitor, somewhat less well, and half of activation is left at usual levels of that.
    """

    names = ("abatacept", "CTLA4-Ig")

    weight = Covariate(BODY_WEIGHT)

    central = State("abatacept, central compartment", mg, rest=0, typical=300.0)
    peripheral = State("abatacept, peripheral compartment", mg, rest=0, typical=300.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the weight to which volumes and clearances refer: a definition"),
    )
    clearance_of_adult = Parameter(
        "clearance of the standard adult with arthritis",
        0.023 * L / hour,
        plausible=(0.02, 0.026),
        source=_pooled("CL 0.023 L/h"),
    )
    central_of_adult = Parameter(
        "central volume of the standard adult with arthritis", 3.06 * L, plausible=(2.8, 3.4), source=_pooled("Vc")
    )
    peripheral_of_adult = Parameter(
        "peripheral volume of the standard adult", 5.34 * L, plausible=(4.0, 7.0), source=_pooled("Vp")
    )
    exchange_of_adult = Parameter(
        "exchange with the peripheral compartment", 0.031 * L / hour, plausible=(0.02, 0.045), source=_pooled("Q")
    )
    clearance_after_transplant = Parameter(
        "clearance after a transplant, relative",
        0.91 * dimensionless,
        plausible=(0.70, 0.97),
        source=in_transplant("takahashi2023", "73 recipients of matched grafts; 0.70 with one mismatch", **_READ),
    )
    volume_after_transplant = Parameter(
        "central volume after a transplant, relative",
        1.32 * dimensionless,
        plausible=(0.99, 1.42),
        source=in_transplant("takahashi2023", "73 recipients of matched grafts; 0.99 with one mismatch", **_READ),
    )
    power_of_clearance = _power("clearance", 0.65, 0.5, 0.8)
    power_of_central = _power("central volume", 0.70, 0.55, 0.85)
    power_of_peripheral = _power("peripheral volume", 1.02, 0.75, 1.2)
    power_of_exchange = _power("exchange", 0.63, 0.4, 0.85)

    half_effect = Parameter(
        "level of half the effect",
        3.0 * mg / L,
        plausible=(0.5, 15.0),
        vary=lognormal(cv=0.4),
        source=assumed(
            "dendritic cells hardly stimulate T cells at 0.3 to 3 mg/L in culture; tissue has a part of the level in "
            "serum; 10 mg/L has been aimed at",
            key="davis2008",
        ),
    )
    most = Parameter(
        "share of the growth of alloreactive cells that it can take",
        0.5 * dimensionless,
        plausible=(0.3, 0.8),
        source=assumed(
            "as much as a usual calcineurin inhibitor: belatacept stands in for one after kidney transplants, with "
            "somewhat more rejection; nearly all in culture, less of memory cells and where other costimulation is"
        ),
    )

    @derived("size of the body, relative to the standard", dimensionless)
    def size(self):
        return self.weight / self.standard_weight

    @derived("clearance", L / hour, vary=lognormal(cv=0.265), source=_pooled("spread 26.5 %"))
    def clearance(self):
        return self.clearance_after_transplant * self.clearance_of_adult * self.size**self.power_of_clearance

    @derived("central volume", L, vary=lognormal(cv=0.194), source=_pooled("spread 19.4 %"))
    def central_volume(self):
        return self.volume_after_transplant * self.central_of_adult * self.size**self.power_of_central

    @derived("peripheral volume", L, vary=lognormal(cv=0.427), source=_pooled("spread 42.7 %"))
    def peripheral_volume(self):
        return self.peripheral_of_adult * self.size**self.power_of_peripheral

    @derived("exchange", L / hour)
    def exchange(self):
        return self.exchange_of_adult * self.size**self.power_of_exchange

    def concentration(self):
        return self.central / self.central_volume

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(central, peripheral)
    def distribution(self):
        return self.exchange * self.concentration()

    @reaction(peripheral, central)
    def redistribution(self):
        return self.exchange * self.peripheral / self.peripheral_volume

    @offers(ABATACEPT_CONCENTRATION)
    def serum(self):
        return self.concentration()

    @offers(T_CELL_COSTIMULATION)
    def costimulation_left(self):
        return 1 - self.most * saturate(self.concentration(), self.half_effect)
