"""Who is transplanted: age, size, kidneys, disease; and which body weight doses follow.

Formulas of body size are plain functions of arrays, so that a population is dosed by the same lines as one patient.
Sources: Mosteller 1987 (surface), Devine 1974 (ideal weight of adults), Traub and Johnson 1980 (ideal weight of
children), Janmahasatian 2005 (fat-free mass), Cockcroft and Gault 1976, Schwartz 2009 (bedside): from memory, assumed.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.blood_group import BLOOD_GROUP, BloodGroup
from marrow.clinic.comorbidity import COMORBIDITIES, Comorbidity, comorbidity_index
from marrow.clinic.disease import DISEASE, Disease
from marrow.clinic.fields import Part, choice, measured, whole
from marrow.clinic.labs import COUNT, HEMOGLOBIN
from marrow.clinic.orders import Weighing
from marrow.clinic.quantities import CENTIMETERS, CREATININE, DAYS, FILTRATION, KILOGRAMS, YEARS, Measure

Floats = NDArray[np.float64]
Number = float | Floats


class Sex(Enum):
    FEMALE = "female"
    MALE = "male"


class Serostatus(Enum):
    POSITIVE = "positive"
    NEGATIVE = "negative"


class Cytogenetics(Enum):
    FAVORABLE = "favorable"
    INTERMEDIATE = "intermediate"
    ADVERSE = "adverse"


class ResidualDisease(Enum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"


class Risk(Enum):
    """Disease risk index, as its authors' table gives it: an input, not computed here."""

    LOW = "low"
    INTERMEDIATE = "intermediate"
    HIGH = "high"
    VERY_HIGH = "very high"


SEX = choice(
    Sex,
    "a sex",
    {"f": Sex.FEMALE, "m": Sex.MALE, "woman": Sex.FEMALE, "man": Sex.MALE, "girl": Sex.FEMALE, "boy": Sex.MALE},
)
SEROSTATUS = choice(
    Serostatus,
    "a serostatus",
    {"pos": Serostatus.POSITIVE, "neg": Serostatus.NEGATIVE, "+": Serostatus.POSITIVE, "-": Serostatus.NEGATIVE},
)
AGE = measured(Measure("an age", YEARS, 0, 100, "52 y"))
_WEIGHT = measured(Measure("a weight", KILOGRAMS, 2, 300, "68 kg"))
_HEIGHT = measured(Measure("a height", CENTIMETERS, 40, 230, "165 cm"))
_RESIDUAL = choice(
    ResidualDisease, "minimal residual disease", {"pos": ResidualDisease.POSITIVE, "neg": ResidualDisease.NEGATIVE}
)
_CYTOGENETICS = choice(
    Cytogenetics,
    "a cytogenetic risk",
    {
        "good": Cytogenetics.FAVORABLE,
        "low": Cytogenetics.FAVORABLE,
        "favourable": Cytogenetics.FAVORABLE,
        "standard": Cytogenetics.INTERMEDIATE,
        "normal": Cytogenetics.INTERMEDIATE,
        "poor": Cytogenetics.ADVERSE,
        "high": Cytogenetics.ADVERSE,
        "unfavorable": Cytogenetics.ADVERSE,
        "complex": Cytogenetics.ADVERSE,
    },
)
_RISK = choice(Risk, "a disease risk index")
_INTERVAL = measured(Measure("an interval from diagnosis to the transplant", DAYS, 0, 60 * 365, "5 months", bare=False))
_SAID = {"yes": Serostatus.POSITIVE, "no": Serostatus.NEGATIVE, "none": Serostatus.NEGATIVE}
_ANTIBODIES = choice(Serostatus, "donor-specific antibodies", _SAID)
_AGAINST_PLATELETS = choice(Serostatus, "antibodies against platelets of most donors", _SAID)
_CREATININE = measured(Measure("a serum creatinine", CREATININE, 0.1, 15, "0.8 mg/dL", bare=False))
_FILTRATION = measured(Measure("a glomerular filtration rate", FILTRATION, 5, 250, "90 mL/min"))
_HEMOGLOBIN = measured(Measure("a hemoglobin before the transplant", HEMOGLOBIN, 4, 20, "10.2 g/dL", bare=False))
_PLATELETS = measured(Measure("platelets before the transplant", COUNT, 1, 1500, "150"))
_NEUTROPHILS = measured(Measure("neutrophils before the transplant", COUNT, 0.01, 50, "2.5"))
_WEIGHING = choice(
    Weighing,
    "the weight that doses follow",
    {
        "lower of ideal and actual": Weighing.LOWER,
        "adjusted 25 %": Weighing.ADJUSTED,
        "adjusted 40%": Weighing.ADJUSTED_40,
    },
)


class Patient(Part):
    """The patient. ``age`` years, ``weight`` kg (actual), ``height`` cm, ``creatinine`` mg/dL, ``egfr`` mL/min/1.73 m2.

    ``interval``: days from diagnosis. ``cytogenetics``: risk group. ``donor_specific_antibodies``: against donor HLA.
    ``platelet_antibodies``: against the platelets of most donors, so that transfusions fail.
    ``comorbidities``: items of the HCT-CI, instead of its score. ``disease_risk``: disease risk index.
    ``hemoglobin`` g/dL, ``platelets`` and ``neutrophils`` 10^9/L: on the first day; else as usual for the disease.
    ``dosing_weight``: the weight that doses per kg follow unless a sentence says otherwise.
    """

    age: Annotated[float, AGE]
    sex: Annotated[Sex, SEX]
    weight: Annotated[float, _WEIGHT]
    height: Annotated[float, _HEIGHT]
    disease: Annotated[Disease, DISEASE] | None = None
    mrd: Annotated[ResidualDisease, _RESIDUAL] | None = None
    hct_ci: Annotated[int, whole("a comorbidity index (HCT-CI)", 0, 29)] | None = None
    comorbidities: Annotated[tuple[Comorbidity, ...], COMORBIDITIES] | None = None
    cmv: Annotated[Serostatus, SEROSTATUS] | None = None
    abo: Annotated[BloodGroup, BLOOD_GROUP] | None = None
    cytogenetics: Annotated[Cytogenetics, _CYTOGENETICS] | None = None
    disease_risk: Annotated[Risk, _RISK] | None = None
    interval: Annotated[float, _INTERVAL] | None = None
    karnofsky: Annotated[int, whole("a performance status (Karnofsky, 10 to 100)", 10, 100)] | None = None
    donor_specific_antibodies: Annotated[Serostatus, _ANTIBODIES] | None = None
    platelet_antibodies: Annotated[Serostatus, _AGAINST_PLATELETS] | None = None
    creatinine: Annotated[float, _CREATININE] | None = None
    egfr: Annotated[float, _FILTRATION] | None = None
    hemoglobin: Annotated[float, _HEMOGLOBIN] | None = None
    platelets: Annotated[float, _PLATELETS] | None = None
    neutrophils: Annotated[float, _NEUTROPHILS] | None = None
    dosing_weight: Annotated[Weighing, _WEIGHING] = Weighing.ACTUAL

    @property
    def is_female(self) -> float:
        return 1.0 if self.sex is Sex.FEMALE else 0.0

    @property
    def comorbidity_score(self) -> int | None:
        """HCT-CI: as given, or from its items; None where the plan says neither."""
        if self.hct_ci is not None or self.comorbidities is None:
            return self.hct_ci
        return comorbidity_index(self.comorbidities)

    @property
    def body_surface_area(self) -> float:
        """m2."""
        return float(body_surface_area(self.weight, self.height))

    @property
    def ideal_weight(self) -> float:
        """kg."""
        return float(ideal_weight(self.height, self.is_female, self.age))

    @property
    def glomerular_filtration(self) -> float:
        """mL/min/1.73 m2: as given, from creatinine, or what is usual at this age."""
        if self.egfr is not None:
            return float(self.egfr)
        if self.creatinine is None:
            return float(usual_filtration(self.age))
        return float(filtration_from_creatinine(self.creatinine, self.age, self.weight, self.height, self.is_female))

    def weight_for(self, weighing: Weighing | None) -> float:
        """The body weight (kg) that a dose per kg is multiplied by; None: the patient's dosing weight."""
        chosen = weighing or self.dosing_weight
        return float(dosing_weight(chosen, self.weight, self.height, self.is_female, self.age))


def body_surface_area(weight: Number, height: Number) -> Any:
    """Mosteller: m2 from kg and cm."""
    return np.sqrt(np.asarray(weight) * np.asarray(height) / 3600.0)


def ideal_weight(height: Number, is_female: Number, age: Number) -> Any:
    """kg. Adults of at least 152.4 cm: Devine; everyone else: Traub and Johnson (for 1 to 17 years, used below too)."""
    height = np.asarray(height, dtype=float)
    devine = np.where(np.asarray(is_female) > 0.5, 45.5, 50.0) + 2.3 * (height / 2.54 - 60.0)
    short = 1.65e-3 * height**2
    tall_child = np.where(np.asarray(is_female) > 0.5, 42.2, 39.0) + 2.27 * (height / 2.54 - 60.0)
    child = np.where(height >= 152.4, tall_child, short)
    return np.where((np.asarray(age) >= 18) & (height >= 152.4), devine, child)


def dosing_weight(weighing: Weighing, weight: Number, height: Number, is_female: Number, age: Number) -> Any:
    """kg. Adjusted: ideal + 25 % (40 %) of the excess over ideal; actual when there is no excess."""
    weight = np.asarray(weight, dtype=float)
    ideal = ideal_weight(height, is_female, age)
    if weighing is Weighing.ACTUAL:
        return weight
    if weighing is Weighing.IDEAL:
        return ideal + 0.0 * weight
    if weighing is Weighing.LOWER:
        return np.minimum(ideal, weight)
    share = 0.25 if weighing is Weighing.ADJUSTED else 0.40
    return np.minimum(weight, ideal + share * np.maximum(weight - ideal, 0.0))


def fat_free_mass(weight: Number, height: Number, is_female: Number) -> Any:
    """kg, adults: Janmahasatian, in the form of Anderson and Holford."""
    squared = (np.asarray(height, dtype=float) / 100.0) ** 2
    most = np.where(np.asarray(is_female) > 0.5, 37.99, 42.92)
    half = np.where(np.asarray(is_female) > 0.5, 35.98, 30.93)
    return most * squared * weight / (half * squared + weight)


def usual_filtration(age: Number) -> Any:
    """mL/min/1.73 m2 when nothing is known: 110 up to 40 years, 0.8 less a year from then on, not below 30.

    Under 1.5 years it rises from 35 at birth. Assumed: textbook averages of people without kidney disease.
    """
    age = np.asarray(age, dtype=float)
    infant = 35.0 + (110.0 - 35.0) * age / 1.5
    adult = np.maximum(110.0 - 0.8 * np.maximum(age - 40.0, 0.0), 30.0)
    return np.where(age < 1.5, infant, adult)


def filtration_from_creatinine(
    creatinine: Number, age: Number, weight: Number, height: Number, is_female: Number
) -> Any:
    """mL/min/1.73 m2 from mg/dL, at most 250. Adults: Cockcroft and Gault; under 18 years: bedside Schwartz."""
    age, creatinine = np.asarray(age, dtype=float), np.asarray(creatinine, dtype=float)
    clearance = (
        (140.0 - np.minimum(age, 130.0))
        * weight
        / (72.0 * creatinine)
        * np.where(np.asarray(is_female) > 0.5, 0.85, 1.0)
    )
    adult = clearance * 1.73 / body_surface_area(weight, height)
    child = 0.413 * np.asarray(height) / creatinine
    return np.minimum(np.where(age >= 18, adult, child), 250.0)
