"""Ruxolitinib, by mouth: one compartment; the signals of cytokines by which donor T cells injure are inhibited."""

from __future__ import annotations

from marrow.drugs.steroid_failure import SteroidFailure
from marrow.language import Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, mg, mL, ng
from marrow.vocabulary import (
    CHRONIC_GVHD_RESOLUTION,
    GVHD_SIGNALLING,
    T_CELL_PROLIFERATION,
    Group,
    Observable,
)

RUXOLITINIB_CONCENTRATION = Observable(
    "ruxolitinib_concentration", ng / mL, "ruxolitinib in plasma", floor=0.1, group=Group.DRUGS
)
_MEMORY = "textbook memory"


class Ruxolitinib(SteroidFailure, Drug):
    """Ruxolitinib.

    Assumes one linear compartment, the same for all sizes of adults; doses that flow evenly (a day's doses by rule
    enter over some hours), so that the level is the mean between doses; that JAK 1 and 2 are inhibited as whole blood
    shows it. Of the injury by donor T cells a share goes by their signals, as does the division of these cells; chronic
    disease resolves the faster, the more is inhibited. How strong either is was set by hand by the difference to other
    second-line treatment in the two randomised trials.
    Leaves out low platelets and anemia by the drug, the infections that it opens to, kidneys and liver, azoles (set
    ``with_azole``), children, the rebound when it is stopped at once.
    Should show a mean level of 80 ng/mL with 10 mg twice a day; odds of response on day 28 that rise two- to threefold
    in acute disease that steroids do not control (published: 62 against 39 %; here injury wanes in nearly nine of ten
    without it, so that both are too high); response of chronic disease in nearly half at week 24 (published: 50 against
    26 %; here none without it).
    """

    names = ("ruxolitinib", "Rux")

    gut = State("ruxolitinib taken and not yet in plasma", mg, rest=0, typical=5.0)
    body = State("ruxolitinib in the body", mg, rest=0, typical=5.0)
    po = Route("PO", into=gut, unit=mg, infusion=True)

    entering = Parameter(
        "time in which what is taken enters plasma",
        6.0 * hour,
        plausible=(1.0, 12.0),
        source=assumed("absorption takes one to two hours; longer, in place of the second dose of a day"),
    )
    usual_clearance = Parameter(
        "apparent clearance",
        10.0 * L / hour,
        plausible=(7.0, 18.0),
        source=calculated(
            "about half of that in myelofibrosis, 17.7 (women) to 22.1 L/h (men): 29 patients with graft-versus-host "
            "disease, median trough of 40 ng/mL with 10 mg twice a day",
            key="pmc8536600",
            at="abstract",
        ),
    )
    with_azole = Parameter(
        "clearance relative to that without an azole",
        1.0 * dimensionless,
        plausible=(1.0, 1.0),
        source=assumed(f"1 without, 0.5 with a strong inhibitor: a choice of the user; {_MEMORY}"),
    )
    volume = Parameter(
        "apparent volume",
        75.0 * L,
        plausible=(50.0, 110.0),
        source=assumed(f"72 to 75 L at steady state in the label; {_MEMORY}"),
    )
    half_effect = Parameter(
        "level of half the inhibition of signals",
        80.0 * ng / mL,
        plausible=(30.0, 200.0),
        vary=lognormal(cv=0.5),
        source=assumed(f"STAT3 in whole blood stimulated by interleukin 6 is halved at about 0.3 umol/L; {_MEMORY}"),
    )
    of_injury = Parameter(
        "share of injury by donor T cells that goes by these signals",
        0.6 * dimensionless,
        plausible=(0.3, 1.0),
        source=assumed("set by hand: odds of response on day 28 times 2.6, 62 against 39 % (REACH2, as reported)"),
    )
    of_division = Parameter(
        "share of the division of activated T cells that goes by these signals",
        0.5 * dimensionless,
        plausible=(0.2, 1.0),
        source=assumed("interleukins 2, 7 and 15 signal by JAK 1 and 3, of which one is inhibited"),
    )
    of_resolution = Parameter(
        "increase of the resolution of chronic disease when signals are wholly inhibited",
        2.5 * dimensionless,
        plausible=(1.0, 6.0),
        vary=lognormal(sd=0.8),
        source=assumed("set by hand: response at week 24 in 50 % against 26 % (REACH3, as reported)"),
    )

    @derived("apparent clearance of this patient", L / hour, vary=lognormal(cv=0.5),
             source=assumed("troughs of 10 mg twice a day from 6 to 100 ng/mL", key="pmc8536600"))  # fmt: skip
    def clearance(self):
        return self.with_azole * self.usual_clearance

    def level(self):
        return self.body / self.volume

    def inhibition(self):
        return saturate(self.level(), self.half_effect)

    @reaction(gut, body)
    def absorption(self):
        return self.gut / self.entering

    @reaction(body, nothing)
    def elimination(self):
        return self.clearance * self.level()

    @offers(RUXOLITINIB_CONCENTRATION)
    def plasma(self):
        return self.level()

    @offers(GVHD_SIGNALLING)
    def signals_left(self):
        return 1 - self.of_injury * self.inhibition()

    @offers(T_CELL_PROLIFERATION)
    def division_left(self):
        return 1 - self.of_division * self.inhibition()

    @offers(CHRONIC_GVHD_RESOLUTION)
    def resolution(self):
        return 1 + self.of_resolution * self.inhibition()
