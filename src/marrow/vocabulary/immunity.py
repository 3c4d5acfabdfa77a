"""What donor and host do to each other, to a malignancy and to tissues; what follows for the patient."""

from __future__ import annotations

from marrow import units as u
from marrow.units import dimensionless
from marrow.vocabulary.kinds import Combine, Group, Observable, Origin, Port

ALLOREACTIVE_KILLING = Port(
    "alloreactive_killing",
    1 / u.day,
    "death rate of blood-forming cells and lymphocytes of one origin, killed by T cells of the other",
    per=Origin,
    combine=Combine.SUM,
)
ALLOREACTIVE_CELLS = Observable(
    "alloreactive_cells",
    u.cells / u.kg,
    "T cells that answer to tissue of the other origin",
    per=Origin,
    combine=Combine.SUM,
    floor=1.0,
    group=Group.TISSUE,
)
REGULATORY_CELLS = Observable(
    "regulatory_cells",
    u.cells / u.kg,
    "regulatory T cells of the donor where alloreactive ones are",
    combine=Combine.SUM,
    floor=1.0,
    group=Group.TISSUE,
)
DONOR_ALLOREACTIVITY = Port(
    "donor_alloreactivity",
    dimensionless,
    "effect of the donor's alloreactive T cells, 1 when they are as many as can be",
    combine=Combine.SUM,
)
DONOR_DYSFUNCTION = Port(
    "donor_dysfunction",
    dimensionless,
    "share of the donor's alloreactive T cells that a drug struck in division and that live on impaired",
    combine=Combine.SUM,
)
GRAFT_VERSUS_MALIGNANCY = Port(
    "graft_versus_malignancy", 1 / u.day, "death rate of malignant cells, killed by donor cells", combine=Combine.SUM
)
NATURAL_KILLING_OF_MALIGNANCY = Port(
    "natural_killing_of_malignancy",
    1 / u.day,
    "death rate of malignant cells, killed by natural killer cells",
    per=Origin,
    combine=Combine.SUM,
)
GVHD_INJURY = Observable(
    "gvhd_injury",
    dimensionless,
    "injury of skin, liver and gut by donor T cells, 1 where it is severe",
    combine=Combine.SUM,
    floor=1e-3,
    group=Group.TISSUE,
)


def _of_organ(organ: str) -> Observable:
    meaning = f"injury of the {organ} by donor T cells, its share of all"
    name = f"gvhd_of_{organ}"
    return Observable(name, dimensionless, meaning, combine=Combine.SUM, floor=1e-3, group=Group.TISSUE, on_chart=True)


GVHD_OF_SKIN, GVHD_OF_GUT, GVHD_OF_LIVER = (_of_organ(organ) for organ in ("skin", "gut", "liver"))
CHRONIC_GVHD = Observable(
    "chronic_gvhd",
    dimensionless,
    "activity of chronic graft-versus-host disease, 1 where it is severe",
    combine=Combine.SUM,
    floor=1e-3,
    group=Group.TISSUE,
)
STEROIDS = Observable(
    "steroids",
    dimensionless,
    "systemic steroids, 1 for prednisone 2 mg/kg a day or what equals it",
    combine=Combine.SUM,
    floor=1e-3,
    group=Group.TISSUE,
    on_chart=True,
)
STEROIDS_FAIL = Observable(
    "steroids_fail",
    dimensionless,
    "call for a second drug against graft-versus-host disease that steroids do not control, 1 when it is made",
    combine=Combine.SUM,
    floor=1e-3,
    group=Group.TISSUE,
    on_chart=True,
)
GVHD_SIGNALLING = Port(
    "gvhd_signalling",
    dimensionless,
    "signals by which donor T cells injure that drugs beside steroids leave, 1 without drugs",
    combine=Combine.PRODUCT,
)
CHRONIC_GVHD_RESOLUTION = Port(
    "chronic_gvhd_resolution",
    dimensionless,
    "how fast chronic graft-versus-host disease resolves, relative to that under steroids alone",
    combine=Combine.PRODUCT,
)
MALIGNANT_CELLS = Observable(
    "malignant_cells", u.cells, "malignant cells of the body", combine=Combine.SUM, floor=1.0, group=Group.MARROW
)
