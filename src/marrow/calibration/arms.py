"""Published arms as plans: for each study and arm that marrow can express, who was treated, and how.

A row of the table rarely says all that a plan needs. What was filled in stands in ``assumed`` and is shown with the
result. Nothing here was chosen by looking at what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from marrow.calibration.measures import Among


@dataclass(frozen=True)
class Spread:
    """A lognormal quantity between ``low`` and ``high``: ``sigma`` is its standard deviation on the log scale."""

    median: float
    sigma: float
    low: float
    high: float


@dataclass(frozen=True)
class Cohort:
    """How patients of an arm differ. ``cd34`` cells/kg, ``age`` years, ``weight`` kg of a man; height follows sex."""

    cd34: Spread
    age: Spread
    weight: Spread = field(default_factory=lambda: Spread(82.0, 0.17, 45.0, 150.0))
    women: float = 0.42


@dataclass(frozen=True)
class Arm:
    """One published arm.

    ``plan``: its plan in YAML, of a typical patient. ``variants``: shares of patients with another conditioning.
    ``among``: whose days its medians are of. ``assumed``: what the row does not say.
    """

    study: str
    arm: str
    plan: str
    cohort: Cohort
    assumed: tuple[str, ...]
    variants: tuple[tuple[float, str], ...] = ()
    among: Among = Among.ENGRAFTED

    @property
    def name(self) -> str:
        return f"{self.study}: {self.arm}"


FILGRASTIM = "filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days"
_MELPHALAN = "melphalan {dose} mg/m2 IV over 30 min, day {day}"
_PLAN = """
year: {year}
patient: {{age: 58 y, sex: male, weight: 82 kg, height: 175 cm, disease: multiple myeloma}}
donor: autologous
graft: {{source: peripheral blood, cd34: {cd34:g} /kg, storage: thawed}}
conditioning:
  - {melphalan}
care:{filgrastim}
  - platelets when < 10
  - red cells when Hb < 8 g/dL
follow-up: 100 d
"""


def melphalan_plan(
    year: int, *, cd34: float, dose: int = 200, day: int = -2, filgrastim: str | None = FILGRASTIM
) -> str:
    """An autologous transplant for myeloma: ``dose`` mg/m2 of melphalan on ``day``, thawed blood cells."""
    growth = f"\n  - {filgrastim}" if filgrastim else ""
    melphalan = _MELPHALAN.format(dose=dose, day=day)
    return _PLAN.format(year=year, cd34=cd34, melphalan=melphalan, filgrastim=growth).lstrip()


MYELOMA_AGE = Spread(58.0, 0.15, 30.0, 76.0)
USUAL_CD34 = Spread(4.5e6, 0.45, 2.0e6, 15e6)  # per kg

_MEDIANS = "medians and means among those who engrafted; platelets at 20 x 10^9/L, 7 days without transfusion"
_WHO = "age, size and sex of myeloma patients; platelets transfused below 10 x 10^9/L, red cells below Hb 8 g/dL"
_CD34 = "CD34+ dose not in the row: median 4.5e6/kg, log sd 0.45"
_DAY = "melphalan on day -2"
_GROWTH = "growth factor not in the row: filgrastim 5 ug/kg from day 5"
_USUAL = Cohort(USUAL_CD34, MYELOMA_AGE)


def _mayo(arm: str, filgrastim: str | None) -> Arm:
    plan = melphalan_plan(2008, cd34=USUAL_CD34.median, filgrastim=filgrastim)
    dose = ("filgrastim 5 ug/kg until ANC > 1.5 on 2 days",) if filgrastim else ()
    return Arm("Mayo MM auto without growth factor", arm, plan, _USUAL, (_CD34, _DAY, *dose, _WHO, _MEDIANS))


def _turkish(arm: str, day: int) -> Arm:
    plan = melphalan_plan(2014, cd34=USUAL_CD34.median, day=day)
    return Arm("Melphalan d-1 vs d-3 (ASH abstract, Turkey)", arm, plan, _USUAL, (_CD34, _GROWTH, _WHO, _MEDIANS))


ARMS: tuple[Arm, ...] = (
    _mayo("filgrastim from d+5", FILGRASTIM),
    _mayo("no growth factor", None),
    Arm(
        "Turkish MM CD34 dose series",
        "all",
        melphalan_plan(2018, cd34=5.94e6),
        Cohort(
            Spread(5.94e6, 0.6, 1.47e6, 59.5e6), Spread(54.8, 0.15, 30.0, 75.0)
        ),  # median dose, its range and median age as published
        ("melphalan 200 mg/m2 for 'high-dose'", "log sd 0.6 of CD34+ from its range", _DAY, _GROWTH, _WHO, _MEDIANS),
    ),
    Arm(
        "Yale outpatient high-dose melphalan",
        "all",
        melphalan_plan(2005, cd34=USUAL_CD34.median),
        _USUAL,
        ("half had 140 and half 200 mg/m2", _CD34, _DAY, _GROWTH, "days counted from the graft", _WHO, _MEDIANS),
        variants=((0.5, _MELPHALAN.format(dose=140, day=-2)),),
    ),
    _turkish("Mel200 on d-1", -1),
    _turkish("Mel200 on d-3", -3),
)


def find_arm(study: str, arm: str) -> Arm | None:
    """The record of a study's arm, or None."""
    return next((record for record in ARMS if (record.study, record.arm) == (study, arm)), None)
