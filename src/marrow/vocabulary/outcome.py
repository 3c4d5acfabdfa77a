"""Words for the malignancy, for organs, and for what ends in relapse or death."""

from __future__ import annotations

from marrow import units as u
from marrow.units import dimensionless
from marrow.vocabulary.kinds import Combine, Group, Known, Observable, Origin, Port

MALIGNANT_CELLS_AT_START = Known(
    "malignant_cells_at_start", u.cells, "malignant cells before conditioning, of a usual patient; 0: none", 0.0
)
MALIGNANT_DOUBLING_TIME = Known("malignant_doubling_time", u.day, "time in which malignant cells double", 11.0)
MALIGNANT_RESPONSE_TO_GRAFT = Known(
    "malignant_response_to_graft", dimensionless, "how readily donor cells kill malignant cells, 1 for AML", 1.0
)
MALIGNANT_RESPONSE_TO_NATURAL_KILLERS = Known(
    "malignant_response_to_natural_killers",
    dimensionless,
    "how readily natural killer cells of the donor kill malignant cells, 1 for AML",
    1.0,
)
DISEASE_STAGE = Known(
    "disease_stage",
    dimensionless,
    "malignant disease: 0 in first remission or as good, 1 in a later or partial one, 2 active",
    0.0,
)
SENSITIVE_AT_START = Port(
    "sensitive_at_start", u.cells / u.kg, "malignant cells that can regrow, before conditioning", combine=Combine.SUM
)
RESISTANT_AT_START = Port(
    "resistant_at_start", u.cells / u.kg, "those of them that resist conditioning", combine=Combine.SUM
)
GRAFT_PRESENT = Port(
    "graft_present", dimensionless, "0 before the graft has begun to grow, near 1 from then on", per=Origin,
    combine=Combine.SUM,
)  # fmt: skip
GRAFT_GIVEN = Port("graft_given", dimensionless, "0 before the infusion of the graft, 1 from then on")
MALIGNANT_GROWTH = Port(
    "malignant_growth", 1 / u.day, "growth of malignant cells where there is room", combine=Combine.SUM
)
MALIGNANT_GROWTH_LEFT = Port(
    "malignant_growth_left", dimensionless, "growth of malignant cells that maintenance leaves, 1 without",
    combine=Combine.PRODUCT,
)  # fmt: skip
IS_MYELOMA = Known("is_myeloma", dimensionless, "1 when the disease is multiple myeloma", 0.0)
IS_ACUTE_LYMPHOBLASTIC_LEUKEMIA = Known(
    "is_acute_lymphoblastic_leukemia", dimensionless, "1 when the disease is acute lymphoblastic leukemia", 0.0
)
IS_TRANSFUSED_FOR_YEARS = Known(
    "is_transfused_for_years", dimensionless, "1 in diseases of hemoglobin, in which patients live on transfusions", 0.0
)
HAS_MARROW_FAILURE = Known("has_marrow_failure", dimensionless, "1 when the disease is aplastic anemia", 0.0)
IS_ACUTE_MYELOID_LEUKEMIA = Known(
    "is_acute_myeloid_leukemia", dimensionless, "1 when the disease is acute myeloid leukemia", 1.0
)
RELAPSED = Port("relapsed", dimensionless, "1 from relapse on", combine=Combine.SUM)
RELAPSE_FOUND = Observable(
    "relapse_found", dimensionless, "1 from relapse on", combine=Combine.PRODUCT, floor=1e-3, group=Group.RISK,
    on_chart=True,
)  # fmt: skip
DONOR_T_CELLS = Observable(
    "t_cell_share", dimensionless, "share of T cells, percent", per=Origin, floor=0.1, group=Group.LYMPHOCYTES,
    on_chart=True,
)  # fmt: skip
RELAPSE_DANGER = Port(
    "relapse_danger", dimensionless, "danger of a relapse that its treatment leaves, 1 without", combine=Combine.PRODUCT
)
FRAILTY = Port("frailty", dimensionless, "how much likelier than usual a complication is to kill this patient")
LACK_OF_NEUTROPHILS = Port("lack_of_neutrophils", dimensionless, "1 without neutrophils, 0 from a safe count on")
PROTECTING_HELPERS = Port(
    "protecting_helpers", u.cells / u.uL, "CD4 cells in blood, as many as of an adult's graft would protect as well"
)
LACK_OF_T_CELLS = Port("lack_of_t_cells", dimensionless, "1 without CD4 cells, 0 from a safe count on")
CYTOMEGALOVIRUS_FREEDOM = Port(
    "cytomegalovirus_freedom",
    dimensionless,
    "replication of the virus that drugs leave, 1 without",
    combine=Combine.PRODUCT,
)
EPSTEIN_BARR_LOAD = Port(
    "epstein_barr_load", dimensionless, "Epstein-Barr virus of a viremia, 1 on its day", combine=Combine.SUM
)
VESSEL_INJURY = Observable(
    "vessel_injury",
    dimensionless,
    "injury of small vessels of liver, lung and kidney, 1 after busulfan at myeloablative doses",
    combine=Combine.SUM,
    floor=1e-3,
    group=Group.TISSUE,
)


def _hazard(of: str, meaning: str) -> Observable:
    return Observable(f"hazard_of_{of}", dimensionless, f"cumulative hazard of {meaning}", floor=1e-6, group=Group.RISK)


HAZARD_OF_RELAPSE = _hazard("relapse", "relapse")
HAZARD_OF_INFECTIOUS_DEATH = _hazard("infectious_death", "death of infection")
HAZARD_OF_GVHD_DEATH = _hazard("gvhd_death", "death of graft-versus-host disease")
HAZARD_OF_ORGAN_DEATH = _hazard("organ_death", "death of organ toxicity")
HAZARD_OF_OTHER_DEATH = _hazard("other_death", "death of other causes")
