"""Events of a model's hazards as outcomes: the day on which each first struck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from marrow.endpoints.column import Column, Kind
from marrow.endpoints.series import Floats


@dataclass(frozen=True)
class EventTimes:
    """When hazards struck N patients. ``days``: by the name of the hazard ('malignancy.relapse'), (N, M) days after the
    graft, ascending, NaN where there was no more."""

    days: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[str], times: Floats) -> EventTimes:
        """``times`` (N, H, M), one layer for each of H ``names``."""
        return cls({name: times[:, h, :] for h, name in enumerate(names)})

    def __contains__(self, name: str) -> bool:
        return name in self.days

    def first(self, *names: str) -> Floats:
        """The first day on which any of these struck (N,); infinite when none did. Raises ``KeyError``."""
        each = [np.nan_to_num(self.days[name][:, 0], nan=np.inf) for name in names]
        return np.minimum.reduce(each)


@dataclass(frozen=True)
class EventColumn:
    """An outcome that is the first strike of a hazard."""

    name: str
    hazard: str
    label: str
    definition: str


RELAPSE = EventColumn("relapse_day", "malignancy.relapse", "relapse", "malignant cells are found again")
EVENT_COLUMNS = (
    RELAPSE,
    EventColumn(
        "bacteremia_day",
        "bacteremia.bloodstream_infection",
        "bacteremia",
        "first bloodstream infection by bacteria from the start of conditioning on",
    ),
    EventColumn(
        "fungal_infection_day",
        "fungal_infection.invasive_infection",
        "invasive fungal infection",
        "first invasive fungal infection, proven or probable",
    ),
    EventColumn(
        "cmv_reactivation_day",
        "cytomegalovirus.reactivation",
        "cytomegalovirus reactivation",
        "first viremia that calls for treatment",
    ),
    EventColumn(
        "sinusoidal_obstruction_day",
        "sinusoidal_obstruction.obstruction",
        "sinusoidal obstruction syndrome",
        "clinical sinusoidal obstruction syndrome (veno-occlusive disease) of any degree",
    ),
    EventColumn(
        "idiopathic_pneumonia_day",
        "idiopathic_pneumonia.lung_injury",
        "idiopathic pneumonia syndrome",
        "injury of the lungs without a germ",
    ),
    EventColumn(
        "passenger_hemolysis_day",
        "passenger_lymphocytes.episode",
        "hemolysis by lymphocytes of the graft",
        "first hemolysis by lymphocytes that came with the graft, after a minor ABO mismatch",
    ),
    EventColumn(
        "severe_infection_day",
        "late_infection.severe_infection",
        "severe infection after engraftment",
        "first severe infection of any kind after the graft has begun to grow",
    ),
    EventColumn(
        "epstein_barr_viremia_day",
        "epstein_barr_virus.viremia",
        "Epstein-Barr viremia",
        "first viremia that calls for rituximab",
    ),
    EventColumn(
        "lymphoproliferative_disease_day",
        "epstein_barr_virus.lymphoproliferation",
        "lymphoproliferative disease",
        "post-transplant lymphoproliferative disease with Epstein-Barr virus",
    ),
    EventColumn(
        "adenovirus_viremia_day", "adenovirus.viremia", "adenoviral viremia", "first adenovirus found in blood"
    ),
    EventColumn(
        "hemorrhagic_cystitis_day",
        "hemorrhagic_cystitis.cystitis",
        "hemorrhagic cystitis",
        "first hemorrhagic cystitis with BK virus, grade II or more",
    ),
    EventColumn(
        "thrombotic_microangiopathy_day",
        "thrombotic_microangiopathy.microangiopathy",
        "thrombotic microangiopathy",
        "first transplant-associated thrombotic microangiopathy that is recognised",
    ),
    EventColumn(
        "kidney_injury_day",
        "kidney_injury.stage_2_3",
        "acute kidney injury",
        "first acute kidney injury of stage 2 or 3 (KDIGO): creatinine doubles at least",
    ),
    EventColumn(
        "engraftment_syndrome_day",
        "engraftment_syndrome.syndrome",
        "engraftment syndrome",
        "fever, rash or edema of the lungs without a germ, at engraftment",
    ),
    EventColumn(
        "cytokine_release_day",
        "cytokine_release.severe_release",
        "severe cytokine release",
        "cytokine release syndrome of grade 3 or more in the first days after the graft",
    ),
    EventColumn(
        "second_malignancy_day",
        "second_malignancy.new_malignancy",
        "second malignancy",
        "first new malignancy of any kind but skin other than melanoma and lymphoproliferative disease",
    ),
)


def event_columns(events: EventTimes, wanted: Sequence[EventColumn] = EVENT_COLUMNS) -> list[Column]:
    """A column for each of ``wanted`` whose hazard the model has."""
    return [
        Column(each.name, each.label, "days", Kind.DAY, events.first(each.hazard), each.definition)
        for each in wanted
        if each.hazard in events
    ]


def ended_by(columns: Sequence[Column], death: Floats) -> list[Column]:
    """The same columns for patients who die on day ``death`` (N,; infinite: never): a day beyond it is not reached."""
    return [
        Column(c.name, c.label, c.unit, c.kind, np.where(c.values > death, np.inf, c.values), c.definition)
        if c.kind is Kind.DAY
        else c
        for c in columns
    ]
