"""How intense a conditioning is, computed from its orders: the class of the CIBMTR, and the TCI score.

Transplant conditioning intensity (TCI): points for each component, summed; low 1 to 2, intermediate 2.5 to 3.5, high
4 to 6 (Spyridonidis 2020, 8,255 adults of 45 to 65 years with AML in first remission). The groups were read; the table
of points is from memory and graded assumed, and so is the operational definition of the classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from marrow.clinic import formulary
from marrow.clinic.disease import Diagnosis
from marrow.clinic.orders import Aim, Course, DrugOrder, Way
from marrow.clinic.quantities import Kind, Per, printed
from marrow.clinic.stand_ins import SUPPORTIVE
from marrow.sources import Source, assumed

if TYPE_CHECKING:
    from marrow.clinic.plan import Plan

SOURCE_OF_POINTS: Source = assumed(
    "component points of the TCI score from memory, to be checked against the paper; between two columns of the table "
    "the nearer one counts; the groups low, intermediate and high were read"
)
SOURCE_OF_CLASSES: Source = assumed(
    "operational definition of the CIBMTR from memory: myeloablative above 5 Gy of irradiation at once or 8 Gy in "
    "fractions, 7.2 mg/kg of intravenous busulfan, 150 mg/m2 of melphalan, 30 g/m2 of treosulfan, or from 10 mg/kg of "
    "thiotepa on; non-myeloablative: nothing but fludarabine, cyclophosphamide, antibodies and at most 2 Gy"
)
# Oral busulfan: 16 mg/kg stand for 12.8 intravenously, 9 for 7.2 (both definitions name the pairs); assumed, 0.7 to 0.9
_INTRAVENOUS_SHARE = 0.8
# 12.8 mg/kg give 76 mg·h/L in an adult of 70 kg (our busulfan, after McCune 2014): what an aimed-at exposure counts as
_BUSULFAN_AUC = 76.0 / 12.8  # mg·h/L for 1 mg/kg; derived, 5 to 7.5
_YOUNGEST = 18.0  # years


class Intensity(Enum):
    MYELOABLATIVE = "myeloablative"
    REDUCED = "reduced intensity"
    NON_MYELOABLATIVE = "non-myeloablative"


class Setting(Enum):
    """For whom a conditioning is meant. The score is defined for the first only, the classes not for own cells."""

    ALLOGENEIC = "allogeneic, adults"
    CHILDREN = "allogeneic, children"
    APLASTIC_ANEMIA = "aplastic anemia"
    AUTOLOGOUS = "autologous"


@dataclass(frozen=True)
class Body:
    """Whose doses per m2 and per kg are turned into each other. ``weight`` kg, ``surface`` m2."""

    weight: float = 70.0
    surface: float = 1.83


ADULT = Body()


@dataclass(frozen=True)
class _Step:
    """``points`` for a total below ``limit``, or also at it when ``including``."""

    limit: float
    points: float
    including: bool = True

    def holds(self, total: float) -> bool:
        slack = 1e-9 * self.limit if math.isfinite(self.limit) else 0.0
        return total <= self.limit + slack if self.including else total < self.limit - slack


@dataclass(frozen=True)
class _Scale:
    """``unit`` as printed; ``per``; ``size``: mg (Gy) in one of the unit."""

    unit: str
    per: Per
    size: float
    steps: tuple[_Step, ...]


def _scale(unit: str, per: Per, size: float, *steps: _Step) -> _Scale:
    return _Scale(unit, per, size, steps)


_KG, _M2 = Per.KILOGRAM, Per.SQUARE_METER
_MORE = math.inf
# Columns of the table with gaps between them (6.4, 9.6 and 12.8 mg/kg of busulfan) are parted in the middle of the gap.
_SCALES: Mapping[str, _Scale] = {
    "total body irradiation": _scale(
        "Gy", Per.PATIENT, 1.0, _Step(5.5, 1, including=False), _Step(8.5, 2, including=False), _Step(_MORE, 3)
    ),
    "busulfan": _scale(
        "mg/kg", _KG, 1.0, _Step(8.0, 1, including=False), _Step(11.2, 2, including=False), _Step(_MORE, 3)
    ),
    "treosulfan": _scale(
        "g/m2", _M2, 1e3, _Step(33.0, 1, including=False), _Step(39.0, 2, including=False), _Step(_MORE, 3)
    ),
    "melphalan": _scale(
        "mg/m2", _M2, 1.0, _Step(140, 1, including=False), _Step(200, 2, including=False), _Step(_MORE, 3)
    ),
    "fludarabine": _scale("mg/m2", _M2, 1.0, _Step(160, 0.5), _Step(_MORE, 1)),
    "thiotepa": _scale(
        "mg/kg", _KG, 1.0, _Step(10, 0.5, including=False), _Step(20, 1, including=False), _Step(_MORE, 1.5)
    ),
    "clofarabine": _scale("mg/m2", _M2, 1.0, _Step(150, 0.5), _Step(_MORE, 1)),
    "cyclophosphamide": _scale("mg/kg", _KG, 1.0, _Step(90, 0.5, including=False), _Step(_MORE, 1)),
    "carmustine": _scale(
        "mg/m2", _M2, 1.0, _Step(265, 0.5, including=False), _Step(330, 1, including=False), _Step(_MORE, 1.5)
    ),
    "cytarabine": _scale("g/m2", _M2, 1e3, _Step(6, 0.5, including=False), _Step(_MORE, 1)),
    "etoposide": _scale("mg/kg", _KG, 1.0, _Step(50, 0.5, including=False), _Step(_MORE, 1)),
}
_WITHOUT_POINTS = {  # antibodies, which the score does not count
    "rabbit antithymocyte globulin",
    "horse antithymocyte globulin",
    "anti-T-lymphocyte globulin",
    "alemtuzumab",
    *SUPPORTIVE,
}
_MILD = _WITHOUT_POINTS | {"fludarabine", "cyclophosphamide", "total body irradiation"}


@dataclass(frozen=True)
class Component:
    """One drug's share of the score: its ``total`` in ``unit``."""

    drug: str
    total: float
    unit: str
    points: float

    def __str__(self) -> str:
        return f"{self.drug} {self.points:g}"


@dataclass(frozen=True)
class TCI:
    """``undefined``: why the score does not apply (the points are summed all the same). ``unknown``: drugs that are no
    component of the score."""

    components: tuple[Component, ...]
    unknown: tuple[str, ...] = ()
    undefined: str = ""

    @property
    def points(self) -> float:
        return sum(component.points for component in self.components)

    @property
    def group(self) -> str:
        """'low', 'intermediate', 'high'; '' without points."""
        return "" if not self.components else "low" if self.points <= 2 else "high" if self.points >= 4 else _MIDDLE

    def __str__(self) -> str:
        """'3.5, intermediate', 'not defined'."""
        return "not defined" if self.undefined or not self.components else f"{self.points:g}, {self.group}"

    @property
    def note(self) -> str:
        """How the score comes about, or why there is none."""
        if self.undefined:
            return self.undefined
        parts = [" + ".join(str(component) for component in self.components)] if self.components else []
        parts += [f"no points are known for {', '.join(self.unknown)}"] if self.unknown else []
        return "; ".join(parts)


_MIDDLE = "intermediate"
_UNDEFINED = {
    Setting.AUTOLOGOUS: "the score is for allogeneic transplants",
    Setting.APLASTIC_ANEMIA: "the score is not for aplastic anemia",
    Setting.CHILDREN: "the score is for adults",
}


def setting_of(plan: Plan) -> Setting:
    """For whom the score and the classes would be read."""
    if plan.donor.is_patient:
        return Setting.AUTOLOGOUS
    if plan.patient.disease is not None and plan.patient.disease.diagnosis is Diagnosis.APLASTIC_ANEMIA:
        return Setting.APLASTIC_ANEMIA
    return Setting.CHILDREN if plan.patient.age < _YOUNGEST else Setting.ALLOGENEIC


def body_of(plan: Plan) -> Body:
    return Body(plan.patient.weight, plan.patient.body_surface_area)


def tci(orders: Iterable[DrugOrder], setting: Setting = Setting.ALLOGENEIC, body: Body = ADULT) -> TCI:
    """The score of a conditioning. Doses in another unit than the table's are converted for ``body``."""
    totals: dict[str, float] = {}
    unknown: list[str] = []
    for order in orders:
        drug = _name(order)
        if drug in _SCALES:
            totals[drug] = totals.get(drug, 0.0) + _total(order, _SCALES[drug], body)
        elif drug not in _WITHOUT_POINTS:
            unknown.append(drug)
    components = tuple(
        Component(drug, total, _SCALES[drug].unit, next(s.points for s in _SCALES[drug].steps if s.holds(total)))
        for drug, total in totals.items()
    )
    return TCI(components, tuple(unknown), _UNDEFINED.get(setting, ""))


def intensity(
    orders: Iterable[DrugOrder], setting: Setting = Setting.ALLOGENEIC, body: Body = ADULT
) -> Intensity | None:
    """The class by the operational definition; None for own cells, for which it is not made, and without any drug."""
    given = tuple(orders)
    if not given or setting is Setting.AUTOLOGOUS:
        return None
    totals = {component.drug: component.total for component in tci(given, body=body).components}
    radiation = totals.get("total body irradiation", 0.0)
    high = (
        radiation > (5.0 if _at_once(given) else 8.0) * (1 + 1e-9)
        or totals.get("busulfan", 0.0) > 7.2 * (1 + 1e-9)
        or totals.get("melphalan", 0.0) > 150 * (1 + 1e-9)
        or totals.get("thiotepa", 0.0) >= 10 * (1 - 1e-9)
        or totals.get("treosulfan", 0.0) > 30 * (1 + 1e-9)
    )
    if high:
        return Intensity.MYELOABLATIVE
    drugs = {_name(order) for order in given}
    mild = drugs <= _MILD and radiation <= 2.0 * (1 + 1e-9)
    return Intensity.NON_MYELOABLATIVE if mild else Intensity.REDUCED


def _name(order: DrugOrder) -> str:
    """The drug, whatever the model of it."""
    medicine = formulary.listed(order.drug)
    return order.drug if medicine is None else medicine.name


def class_text(found: Intensity | None, setting: Setting) -> str:
    """'myeloablative'; for own cells 'high-dose'."""
    if found is not None:
        return found.value
    return "high-dose, own cells" if setting is Setting.AUTOLOGOUS else "none"


def _at_once(orders: tuple[DrugOrder, ...]) -> bool:
    """Whether all irradiation is one fraction."""
    parts = [
        course.fractions or len(course.on_days) * course.per_day
        for order in orders
        if _name(order) == "total body irradiation"
        for course in order.courses
    ]
    return sum(parts) == 1


def _total(order: DrugOrder, scale: _Scale, body: Body) -> float:
    """The whole amount in the unit of the scale; oral busulfan as what it is worth intravenously."""
    if order.aim is not None:
        return _worth(order.aim, order)
    total = 0.0
    for course in order.courses:
        if course.dose is None:
            continue
        amount = course.dose.in_kind * _times(course)
        per_patient = amount * {Per.PATIENT: 1.0, _KG: body.weight, _M2: body.surface}[course.dose.per]
        same = course.dose.per is scale.per or course.dose.kind is Kind.RADIATION
        found = amount if same else per_patient / {_KG: body.weight, _M2: body.surface}.get(scale.per, 1.0)
        total += found * (_INTRAVENOUS_SHARE if _name(order) == "busulfan" and course.way is Way.ORAL else 1.0)
    return total / scale.size


def _worth(aim: Aim, order: DrugOrder) -> float:
    """What an aimed-at exposure counts as: for busulfan, mg/kg. Other drugs have no such rule and count least."""
    doses = sum(len(course.on_days) * course.per_day for course in order.courses)
    return aim.cumulative(doses) / _BUSULFAN_AUC if _name(order) == "busulfan" else 0.0


def _times(course: Course) -> float:
    """How often the ordered amount is given: a total in fractions once; a rate per hour on 24 h of each day."""
    hours = 24.0 if course.dose is not None and course.dose.hourly else 1.0
    return 1.0 if course.fractions is not None else hours * len(course.on_days) * course.per_day


def describe_total(component: Component) -> str:
    """'busulfan 12.8 mg/kg: 3'."""
    return f"{component.drug} {printed(float(f'{component.total:.4g}'))} {component.unit}: {component.points:g}"
