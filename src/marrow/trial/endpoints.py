"""What a trial asks: endpoints by the names that papers use, each a day, its event, and what competes with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Asked:
    """``label``: of the event; ``column`` of the outcomes; ``competing``: columns whose event makes it impossible;
    ``is_good``: more is better.

    Without competing events its complement is a survival probability.
    """

    label: str
    column: str
    competing: tuple[str, ...] = ()
    is_good: bool = False

    @property
    def short(self) -> str:
        """For a column of a terminal."""
        return self.label if len(self.label) <= _SHORT else f"{self.label[: _SHORT - 1]}…"


_SHORT = 18


class Endpoint(Enum):
    """Its value is the word of a design file."""

    OVERALL_SURVIVAL = "overall survival"
    DISEASE_FREE_SURVIVAL = "disease-free survival"
    GRFS = "GRFS"
    CRFS = "CRFS"
    RELAPSE = "relapse"
    NON_RELAPSE_MORTALITY = "non-relapse mortality"
    ACUTE_GVHD_2_4 = "acute GVHD II-IV"
    ACUTE_GVHD_3_4 = "acute GVHD III-IV"
    CHRONIC_GVHD = "chronic GVHD"
    CHRONIC_GVHD_EXTENSIVE = "extensive chronic GVHD"
    NEUTROPHIL_ENGRAFTMENT = "neutrophil engraftment"
    PLATELET_ENGRAFTMENT = "platelet engraftment"
    GRAFT_FAILURE = "graft failure"
    BACTEREMIA = "bacteremia"
    CYTOMEGALOVIRUS = "cytomegalovirus reactivation"
    FUNGAL_INFECTION = "fungal infection"
    SEVERE_INFECTION = "severe infection"
    SINUSOIDAL_OBSTRUCTION = "sinusoidal obstruction"
    IDIOPATHIC_PNEUMONIA = "idiopathic pneumonia"
    EPSTEIN_BARR_VIREMIA = "Epstein-Barr viremia"
    LYMPHOPROLIFERATIVE_DISEASE = "lymphoproliferative disease"
    ADENOVIRUS_VIREMIA = "adenoviral viremia"
    HEMORRHAGIC_CYSTITIS = "hemorrhagic cystitis"
    PASSENGER_HEMOLYSIS = "hemolysis by lymphocytes of the graft"
    THROMBOTIC_MICROANGIOPATHY = "thrombotic microangiopathy"
    KIDNEY_INJURY = "acute kidney injury"
    ENGRAFTMENT_SYNDROME = "engraftment syndrome"
    CYTOKINE_RELEASE = "severe cytokine release"
    SEVERE_MUCOSITIS = "severe mucositis"
    SECOND_MALIGNANCY = "second malignancy"

    @property
    def asked(self) -> Asked:
        return _ASKED[self]


_DEATH, _FREE = "death_day", ("non_relapse_death_day",)
_COMPLICATIONS = {  # each with death as what competes
    Endpoint.BACTEREMIA: "bacteremia_day",
    Endpoint.CYTOMEGALOVIRUS: "cmv_reactivation_day",
    Endpoint.FUNGAL_INFECTION: "fungal_infection_day",
    Endpoint.SEVERE_INFECTION: "severe_infection_day",
    Endpoint.SINUSOIDAL_OBSTRUCTION: "sinusoidal_obstruction_day",
    Endpoint.IDIOPATHIC_PNEUMONIA: "idiopathic_pneumonia_day",
    Endpoint.EPSTEIN_BARR_VIREMIA: "epstein_barr_viremia_day",
    Endpoint.LYMPHOPROLIFERATIVE_DISEASE: "lymphoproliferative_disease_day",
    Endpoint.ADENOVIRUS_VIREMIA: "adenovirus_viremia_day",
    Endpoint.HEMORRHAGIC_CYSTITIS: "hemorrhagic_cystitis_day",
    Endpoint.PASSENGER_HEMOLYSIS: "passenger_hemolysis_day",
    Endpoint.THROMBOTIC_MICROANGIOPATHY: "thrombotic_microangiopathy_day",
    Endpoint.KIDNEY_INJURY: "kidney_injury_day",
    Endpoint.ENGRAFTMENT_SYNDROME: "engraftment_syndrome_day",
    Endpoint.CYTOKINE_RELEASE: "cytokine_release_day",
    Endpoint.SEVERE_MUCOSITIS: "severe_mucositis_day",
    Endpoint.SECOND_MALIGNANCY: "second_malignancy_day",
}
_ASKED = {
    Endpoint.OVERALL_SURVIVAL: Asked("death", _DEATH),
    Endpoint.DISEASE_FREE_SURVIVAL: Asked("relapse or death", "disease_free_survival_day"),
    Endpoint.GRFS: Asked("GVHD III-IV, chronic GVHD, relapse or death", "grfs_day"),
    Endpoint.CRFS: Asked("chronic GVHD, relapse or death", "crfs_day"),
    Endpoint.RELAPSE: Asked("relapse", "relapse_day", _FREE),
    Endpoint.NON_RELAPSE_MORTALITY: Asked("death without relapse", "non_relapse_death_day", ("relapse_day",)),
    Endpoint.ACUTE_GVHD_2_4: Asked("acute GVHD II-IV", "acute_gvhd_2_4_day", (_DEATH, "relapse_day")),
    Endpoint.ACUTE_GVHD_3_4: Asked("acute GVHD III-IV", "acute_gvhd_3_4_day", (_DEATH, "relapse_day")),
    Endpoint.CHRONIC_GVHD: Asked("chronic GVHD", "chronic_gvhd_day", (_DEATH, "relapse_day")),
    Endpoint.CHRONIC_GVHD_EXTENSIVE: Asked(  # as calibration reads the older word
        "extensive chronic GVHD", "chronic_gvhd_moderate_severe_day", (_DEATH, "relapse_day")
    ),
    Endpoint.NEUTROPHIL_ENGRAFTMENT: Asked("neutrophils ≥ 0.5", "neutrophil_engraftment_day", (_DEATH,), True),
    Endpoint.PLATELET_ENGRAFTMENT: Asked("platelets ≥ 20", "platelet_engraftment_day", (_DEATH,), True),
    Endpoint.GRAFT_FAILURE: Asked("graft failure", "graft_failure_day", (_DEATH,)),
} | {endpoint: Asked(endpoint.value, column, (_DEATH,)) for endpoint, column in _COMPLICATIONS.items()}
