"""Thrombotic microangiopathy of the transplant: injured vessels, and drugs that do not let them heal."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, hazard, lognormal
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import GRAFT_GIVEN, GVHD_INJURY, MTOR_INHIBITION, T_CELL_ACTIVATION, VESSEL_INJURY


class ThromboticMicroangiopathy(Module):
    """The first transplant-associated thrombotic microangiopathy that is recognised.

    Assumes a hazard from the graft on in proportion to injury of vessels by conditioning and by acute
    graft-versus-host disease, which calcineurin inhibitors multiply, and sirolimus with them again.
    Leaves out complement and its genes, viruses, eculizumab, what it does to platelets, red cells and kidneys; death of
    it is within death of organ toxicity and of graft-versus-host disease.
    Should show 3 to 10 % after allografts with a calcineurin inhibitor, more than twice as much with sirolimus added
    and several times as much after acute disease; hardly any after a patient's own cells.
    """

    given = Needs(GRAFT_GIVEN)
    vessels = Needs(VESSEL_INJURY)
    acute = Needs(GVHD_INJURY)
    activation = Needs(T_CELL_ACTIVATION)
    mtor = Needs(MTOR_INHIBITION)
    base = Parameter(
        "hazard at the vessel injury of myeloablative busulfan, without drugs that add to it",
        0.00006 / day,
        plausible=(0.00002, 0.0002),
        vary=lognormal(cv=0.6),
        source=assumed("set so that 7 % of those with a calcineurin inhibitor, without sirolimus, have it, between "
                       "series (published: 4.2 % of 216; 6.3 % of 292, 5.6 % of 441 children; 22 % of 119)",
                       key="cutler2005"),
    )  # fmt: skip
    by_acute = Parameter(
        "the same of severe acute graft-versus-host disease, relative",
        40.0 * dimensionless,
        plausible=(10.0, 120.0),
        source=assumed(
            "odds ratio 6.6 of grade II to IV among adults; 27 of III to IV among children", key="cutler2005"
        ),
    )
    by_calcineurin = Parameter(
        "increase by calcineurin wholly inhibited",
        6.0 * dimensionless,
        plausible=(1.0, 15.0),
        source=assumed("in part their toxicity; not a risk factor in each series"),
    )
    by_sirolimus = Parameter(
        "increase by sirolimus of full effect",
        4.0 * dimensionless,
        plausible=(1.5, 8.0),
        source=assumed("10.8 % of 111 with, 4.2 % of 216 without sirolimus, in addition to tacrolimus",
                       key="cutler2005"),
    )  # fmt: skip

    @hazard("thrombotic microangiopathy")
    def microangiopathy(self):
        """Clots in small vessels break red cells."""
        injured = self.vessels + self.by_acute * self.acute
        drugs = (1 + self.by_calcineurin * (1 - self.activation)) * (1 + self.by_sirolimus * self.mtor)
        return self.base * self.given * injured * drugs
