"""A marrow of three states, a hormone and a drug: small enough to check by hand."""

from __future__ import annotations

from marrow.language import (
    Balanced,
    Covariate,
    Drug,
    Few,
    Module,
    Needs,
    Origin,
    Parameter,
    Route,
    State,
    add,
    derived,
    hazard,
    lognormal,
    nothing,
    offers,
    reaction,
    transit,
)
from marrow.language.math import saturate, total
from marrow.sources import assumed
from marrow.units import L, cells, day, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, Combine, Observable, Port

TOY = assumed("a toy model for tests")
HORMONE = Port("toy_hormone", 1 / L * mg, "a hormone")
FEVER = Port("toy_fever", dimensionless, "fever", combine=Combine.SUM)
KILL = Port("toy_kill", 1 / day, "kill by drugs", combine=Combine.SUM)
INFLOW = Port("toy_inflow", cells / kg / day, "recruits", per=Origin)
COUNT = Observable("toy_count", cells / L, "toy blood count", floor=1e3)
COUNT_BY_ORIGIN = Observable("toy_count", cells / L, "toy blood count", per=Origin, floor=1e3)


class ToyStem(Module):
    """Stem cells that divide faster when few. Leaves out everything else."""

    full = Parameter(
        "stem cells in health", 1400 * cells / kg, plausible=(300, 3000), source=TOY, vary=lognormal(cv=0.3)
    )
    speed = Parameter("division rate when empty", 0.03 / day, plausible=(0.01, 0.1), source=TOY)
    leaving = Parameter("exit to blood line", 0.01 / day, plausible=(0.001, 0.1), source=TOY)
    kill = Needs(KILL)
    cells_here = State("stem cells", cells / kg, per=Origin, rest=full, typical=1400, few=Few.BIRTH_AND_DEATH)
    graft = State("cells in the graft", cells / kg, per=Origin.DONOR, rest=0, typical=1400)
    settle = Parameter("homing", 8 / day, plausible=(1, 50), source=TOY)
    cd34 = Route("cd34", into=graft, unit=cells / kg, drug="graft")

    def crowding(self):
        return total(self.cells_here) / self.at_rest.cells_here

    @reaction(nothing, cells_here)
    def division(self):
        return (self.leaving + self.speed * (1 - self.crowding())) * self.cells_here

    @reaction(cells_here, nothing)
    def exit(self):
        return (self.leaving + self.kill) * self.cells_here

    @reaction(graft, cells_here)
    def homing(self):
        return self.settle * self.graft

    @offers(INFLOW)
    def inflow(self):
        return self.leaving * self.cells_here


class ToyBlood(Module):
    """Blood cells, four maturing stages, with a hormone that rises when they fall."""

    blood_at_rest = Parameter("blood cells in health", 4e8 * cells / kg, plausible=(1e8, 9e8), source=TOY)
    loss = Parameter("loss from blood", 0.88 / day, plausible=(0.5, 2), source=TOY)
    maturation = Parameter("maturation time", 4 * day, plausible=(2, 8), source=TOY)
    volume = Parameter("blood volume", 0.07 * L / kg, plausible=(0.05, 0.09), source=TOY)
    hormone = Needs(HORMONE)
    recruits = Needs(INFLOW)
    marrow = State("marrow cells", cells / kg, per=Origin, stages=4, typical=1e8)
    blood = State("blood cells", cells / kg, per=Origin, rest=blood_at_rest, typical=4e8)
    amplification = Balanced("cells made of one recruit", dimensionless)

    @reaction(nothing, marrow[0])
    def recruitment(self):
        return self.amplification * self.recruits

    @transit(marrow, into=blood)
    def maturing(self):
        return 4 / self.maturation * self.hormone / self.at_rest.hormone

    @reaction(blood, nothing)
    def dying(self):
        return self.loss * self.blood

    @offers(COUNT)
    def count(self):
        return total(self.blood) / self.volume

    @offers(COUNT_BY_ORIGIN)
    def count_here(self):
        return self.blood / self.volume


class ToyHormone(Module):
    """A hormone made at a constant rate and cleared by blood cells."""

    at_rest_level = Parameter("hormone in health", 25 * mg, plausible=(10, 50), source=TOY)
    clearance = Parameter("clearance", 2 / day, plausible=(1, 4), source=TOY)
    volume = Parameter("volume", 5 * L, plausible=(2, 8), source=TOY)
    count = Needs(COUNT)
    amount = State("hormone", mg, rest=at_rest_level, typical=25)
    production = Balanced("production", mg / day)
    fever = State("fever", dimensionless, rest=0, typical=1, receives=FEVER)
    cooling = Parameter("cooling", 0.5 / day, plausible=(0.1, 1), source=TOY)

    @reaction(nothing, amount)
    def making(self):
        return self.production * (1 + self.fever)

    @reaction(amount, nothing)
    def clearing(self):
        return self.clearance * (0.1 + saturate(self.count, self.at_rest.count)) * self.amount

    @reaction(fever, nothing)
    def settling(self):
        return self.cooling * self.fever

    @offers(HORMONE)
    def level(self):
        return self.amount / self.volume

    @hazard("febrile infection", then=add(FEVER, 1.0), recurs=True)
    def infection(self):
        return 0.02 * self.cooling / (0.1 + self.count / self.at_rest.count)


class ToyDrug(Drug):
    """A drug of one compartment that kills stem cells."""

    names = ("toydrug", "TD")
    weight = Covariate(BODY_WEIGHT)
    clearance_typical = Parameter("clearance at 70 kg", 12 * L / hour, plausible=(6, 20), source=TOY)
    reference = Parameter("reference weight", 70 * kg, plausible=(70, 70), source=TOY)
    volume = Parameter("volume", 40 * L, plausible=(20, 60), source=TOY)
    slope = Parameter("kill per exposure", 0.08 * L / mg / hour, plausible=(0.04, 0.16), source=TOY)
    central = State("drug", mg, rest=0, typical=100)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    @derived("clearance", L / hour, vary=lognormal(cv=0.2), occasion=lognormal(cv=0.1), steps=((0.25, 0.93),))
    def clearance(self):
        return self.clearance_typical * (self.weight / self.reference) ** 0.75

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.central / self.volume

    @offers(KILL)
    def killing(self):
        return self.slope * self.central / self.volume


TOY_MODULES = (ToyStem, ToyBlood, ToyHormone, ToyDrug)
