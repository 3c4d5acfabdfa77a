"""What is known of a patient, a donor and a graft: the plan says it."""

from __future__ import annotations

from marrow import units as u
from marrow.units import dimensionless
from marrow.vocabulary.kinds import Known

BODY_WEIGHT = Known("body_weight", u.kg, "actual body weight", 70.0)
HEIGHT = Known("height", u.cm, "height", 172.0)
AGE = Known("age", u.year, "age at transplant", 45.0)
IS_FEMALE = Known("is_female", dimensionless, "1 for a woman or girl, 0 for a man or boy", 0.0)
BODY_SURFACE_AREA = Known("body_surface_area", u.m**2, "body surface area", 1.83)
GLOMERULAR_FILTRATION = Known(
    "glomerular_filtration", u.mL / u.minute, "estimated glomerular filtration rate, per 1.73 m2", 100.0
)
DONOR_AGE = Known("donor_age", u.year, "age of the donor", 35.0)
GRAFT_IS_BLOOD = Known("graft_is_blood", dimensionless, "1 when the graft is mobilised peripheral blood", 1.0)
GRAFT_IS_MARROW = Known("graft_is_marrow", dimensionless, "1 when the graft is bone marrow", 0.0)
GRAFT_IS_CORD = Known("graft_is_cord", dimensionless, "1 when the graft is cord blood", 0.0)
GRAFT_IS_THAWED = Known("graft_is_thawed", dimensionless, "1 when the graft was frozen", 0.0)
GRAFT_IS_EXPANDED = Known("graft_is_expanded", dimensionless, "1 when the graft was expanded in culture", 0.0)
GRAFT_IS_GENE_MODIFIED = Known("graft_is_gene_modified", dimensionless, "1 when genes of the graft were modified", 0.0)
ISOHEMAGGLUTININS = Known(
    "isohemagglutinins", dimensionless, "1 when the patient has antibodies against the graft's red cells (ABO)", 0.0
)
MINOR_MISMATCH = Known(
    "minor_mismatch", dimensionless, "1 when the donor has antibodies against the patient's red cells (ABO)", 0.0
)
PLATELET_ANTIBODIES = Known(
    "platelet_antibodies", dimensionless, "1 when the patient has antibodies against the platelets of most donors", 0.0
)
GRAFT_CD3 = Known("graft_cd3", u.cells / u.kg, "CD3+ cells in the graft, per kg", 2.0e8)

# how disease and its treatment left the patient; a count of 0 means as in health
STEM_CELLS_SPARED = Known(
    "stem_cells_spared", dimensionless, "stem cells left by disease and treatment, of health", 1.0
)
MARROW_ACTIVE = Known("marrow_active", dimensionless, "progenitors and precursors at the start, of health", 1.0)
T_CELLS_SPARED = Known("t_cells_spared", dimensionless, "T and NK cells at the start, of health", 1.0)
B_CELLS_SPARED = Known("b_cells_spared", dimensionless, "B cells at the start, of health", 1.0)
STROMA_DAMAGED = Known("stroma_damaged", dimensionless, "share of stroma damaged at the start", 0.0)
PLATELETS_OUTSIDE_SPLEEN = Known(
    "platelets_outside_spleen", dimensionless, "share of platelets that circulates, relative to a normal spleen", 1.0
)
HEMOGLOBIN_AT_START = Known("hemoglobin_at_start", u.g / u.dL, "hemoglobin at the start", 0.0)
PLATELETS_AT_START = Known("platelets_at_start", u.billion_cells / u.L, "platelets at the start", 0.0)
NEUTROPHILS_AT_START = Known("neutrophils_at_start", u.billion_cells / u.L, "neutrophils at the start", 0.0)
HEMOGLOBIN_MEASURED = Known("hemoglobin_measured", dimensionless, "1 when it is this patient's own hemoglobin", 0.0)
PLATELETS_MEASURED = Known("platelets_measured", dimensionless, "1 when they are this patient's own platelets", 0.0)
NEUTROPHILS_MEASURED = Known("neutrophils_measured", dimensionless, "1 when they are this patient's own ANC", 0.0)

# what donor and host are to each other, and what else is known to bear on risk
IS_ALLOGENEIC = Known("is_allogeneic", dimensionless, "1 for another person's cells; 0 for own or a twin's", 1.0)
HLA_MISMATCHES = Known("hla_mismatches", dimensionless, "HLA alleles of ten that differ; 5 is haploidentical", 0.0)
DONOR_IS_UNRELATED = Known("donor_is_unrelated", dimensionless, "1 when the donor is unrelated", 1.0)
FEMALE_TO_MALE = Known("female_to_male", dimensionless, "1 when a woman gives to a man", 0.0)
DONOR_SPECIFIC_ANTIBODIES = Known(
    "donor_specific_antibodies", dimensionless, "1 when the patient has antibodies against the donor's HLA", 0.0
)
CMV_PATIENT = Known("cmv_patient", dimensionless, "1 when the patient is seropositive for cytomegalovirus", 0.6)
CMV_DONOR = Known("cmv_donor", dimensionless, "1 when the donor is seropositive for cytomegalovirus", 0.4)
COMORBIDITY = Known("comorbidity", dimensionless, "comorbidity index (HCT-CI)", 1.5)
KARNOFSKY = Known("karnofsky", dimensionless, "performance status (Karnofsky)", 90.0)
TRANSPLANT_YEAR = Known("transplant_year", u.year, "year of the transplant, after 2000", 15.0)
COUNTED_BY_REGISTRY = Known("counted_by_registry", dimensionless, "1 for everyone whom a registry counts", 0.0)
HIGH_VOLUME_CENTER = Known("high_volume_center", dimensionless, "1 in a center with many transplants a year", 0.0)
