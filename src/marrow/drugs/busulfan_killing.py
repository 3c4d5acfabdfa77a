"""What busulfan does, shared by all models of how it moves: the cells that it kills."""

from __future__ import annotations

from marrow.drugs.killing import KillsStromaByExposure
from marrow.language import Parameter, lognormal, offers
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, mg
from marrow.vocabulary import CYTOTOXICITY, CellClass, Combine, Group, Observable

BUSULFAN_CONCENTRATION = Observable(
    "busulfan_concentration", mg / L, "busulfan in plasma", combine=Combine.SUM, floor=0.02, group=Group.DRUGS
)
BUSULFAN_EXPOSURE = Observable(
    "busulfan_exposure",
    mg * hour / L,
    "busulfan, cumulative exposure (AUC)",
    combine=Combine.SUM,
    floor=0.1,
    group=Group.DRUGS,
)


class BusulfanKilling(KillsStromaByExposure, abstract=True):
    """The half of a busulfan module that kills; the other half gives ``concentration()`` and the state ``exposure``.

    Assumes that cells die in proportion to concentration, so that the logarithm of survival is exposure over an e-fold
    exposure. One sensitivity a patient multiplies all potencies. Leaves out the cell cycle.
    """

    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %, one factor for all cells of a patient"),
    )
    stem_cell_exposure = Parameter(
        "exposure that leaves 1/e of long-term stem cells",
        12.6 * mg * hour / L,
        plausible=(9.0, 18.0),
        source=calculated(
            "solved with engrafting donor cells of 1.5 % of a normal pool so that 30 mg·h/L gives 14 % donor myeloid "
            "cells at one year (median of 10 children with SCID) and 90 mg·h/L the plateau, taken as 95 %",
            key="dvorak2019",
            at="abstract",
        ),
    )
    early_progenitor_exposure = Parameter(
        "exposure that leaves 1/e of multipotent progenitors",
        8.6 * mg * hour / L,
        plausible=(6.0, 13.0),
        source=assumed(
            "close to that of committed progenitors; chosen after seeing that the model's own marrow then takes four "
            "weeks to return (29 days after FB4 with a graft too small to help); no measurement"
        ),
    )
    dividing_exposure = Parameter(
        "exposure that leaves 1/e of committed progenitors",
        8.3 * mg * hour / L,
        plausible=(6.0, 12.0),
        source=assumed("4 log10 after 76 mg·h/L, the kill taken for myeloablative busulfan"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        30.0 * mg * hour / L,
        plausible=(15.0, 200.0),
        source=assumed("2 log10 of host T cells in BuCy, where 3 are proposed; chimerism of T cells"),
    )
    stroma_exposure = Parameter(
        "exposure that leaves 1/e of marrow stroma",
        110.0 * mg * hour / L,
        plausible=(50.0, 300.0),
        source=assumed("half of the stroma survives a myeloablative course"),
    )
    mucosa_exposure = Parameter(
        "exposure that leaves 1/e of mucosal stem cells",
        75.0 * mg * hour / L,
        plausible=(40.0, 150.0),
        source=assumed("a myeloablative course leaves about a third: moderate mucositis in most patients"),
    )
    malignant_exposure = Parameter(
        "exposure that leaves 1/e of malignant cells",
        14.0 * mg * hour / L,
        plausible=(9.0, 22.0),
        source=assumed("2.4 log10 of leukemia by 76 mg·h/L, 1.2 by half of it: proposed, not measured"),
    )
    vessel_exposure = Parameter(
        "exposure that injures small vessels by one e-fold",
        106.0 * mg * hour / L,
        plausible=(40.0, 150.0),
        source=fitted(
            OUTCOMES, "a course of FB4 was the unit; fewer die of complications after it than after irradiation"
        ),
    )

    sinusoid_exposure = Parameter(
        "exposure that injures sinusoids by one e-fold, beside what it does to all small vessels",
        150.0 * mg * hour / L,
        plausible=(80.0, 300.0),
        source=assumed("odds ratio 3.7 of busulfan over all studies; 5 and 1 % after busulfan and after irradiation"),
    )

    @offers(CYTOTOXICITY[CellClass.SINUSOID])
    def injures_sinusoids(self):
        return self.death_rate(self.sinusoid_exposure)

    @offers(BUSULFAN_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(BUSULFAN_EXPOSURE)
    def cumulative(self):
        return self.exposure
