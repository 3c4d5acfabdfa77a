"""What was understood of a plan: rows for a table, and a timeline day by day. For ``marrow check`` and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marrow.clinic import formulary
from marrow.clinic.blood_group import Mismatch, mismatch
from marrow.clinic.disease_start import start_of
from marrow.clinic.doses import (
    SingleDose,
    amount_of,
    doses_of,
    hours_of,
    product_amount,
    way_of,
)
from marrow.clinic.graft import Manipulation
from marrow.clinic.intensity import body_of, class_text, intensity, setting_of, tci
from marrow.clinic.orders import DrugOrder, Order, Role, StandingOrder, Way, clock_text, hours_text
from marrow.clinic.patient import Patient
from marrow.clinic.plan import Plan
from marrow.clinic.quantities import printed
from marrow.clinic.regimen import name_of
from marrow.clinic.sampling import Noise, special_days
from marrow.clinic.schedule import ModelLike, Unmodelled, not_yet_modelled, span
from marrow.clinic.scores import scores_of
from marrow.clinic.sense import PRODUCT_LAB
from marrow.clinic.troughs import aims_at

if TYPE_CHECKING:
    from rich.console import Group

NO_EFFECT = "recorded, without effect so far"
_WITHOUT_EFFECT = {"interval from diagnosis"}


@dataclass(frozen=True)
class Row:
    """One line of the table. ``note``: what was assumed, or why it is not simulated; ``simulated``: False marks it."""

    section: str
    what: str
    value: str
    note: str = ""
    simulated: bool = True


@dataclass(frozen=True)
class Moment:
    """What happens on the days ``first`` to ``last`` (the same on each); ``last`` is None for a rule without an end."""

    first: int
    last: int | None
    what: str
    simulated: bool = True

    @property
    def days(self) -> str:
        if self.last is None:
            return f"day {self.first} on"
        return f"day {self.first}" if self.first == self.last else f"day {self.first} to {self.last}"


def describe(plan: Plan, model: ModelLike | None = None) -> list[Row]:
    """The plan as rows, section by section. ``model``: judges what is simulated; without it, by the drug modules."""
    missing = {missing.order: missing for missing in not_yet_modelled(plan, model)}
    rows = [*_transplant(plan), *_patient(plan.patient), *_scores(plan), *_donor(plan), *_graft(plan)]
    for role, order in plan.orders:
        rows.append(_order_row(order, role, plan, missing.get(order)))
    return [*rows, *_labs(plan)]


def _transplant(plan: Plan) -> list[Row]:
    rows = [Row("transplant", "title", plan.title)] if plan.title else []
    rows.append(Row("transplant", "year", str(plan.year)))
    rows += [Row("transplant", "center", plan.center.value)] if plan.center else []
    rows.append(Row("transplant", "follow-up", f"to day {printed(plan.follow_up)}"))
    regimen = name_of(plan.conditioning)
    rows += [Row("transplant", "regimen", f"the sentences are those of {regimen}")] if regimen else []
    return rows + (_intensity(plan) if plan.conditioning else [])


def _intensity(plan: Plan) -> list[Row]:
    setting, body = setting_of(plan), body_of(plan)
    score = tci(plan.conditioning, setting, body)
    found = intensity(plan.conditioning, setting, body)
    why = "operational definition of the CIBMTR" if found else "the classes are of allogeneic transplants"
    return [
        Row("transplant", "intensity", class_text(found, setting), why),
        Row("transplant", "TCI score", str(score), score.note),
    ]


def _patient(patient: Patient) -> list[Row]:
    index = patient.weight / (patient.height / 100) ** 2
    filtration = f"{patient.glomerular_filtration:.0f} mL/min/1.73 m2"
    source = (
        "as given"
        if patient.egfr is not None
        else "from creatinine"
        if patient.creatinine is not None
        else "usual at this age"
    )
    rows = [
        Row("patient", "age and sex", f"{printed(round(patient.age, 2))} y, {patient.sex.value}"),
        Row("patient", "weight and height", f"{printed(patient.weight)} kg, {printed(patient.height)} cm"),
        Row("patient", "body surface", f"{patient.body_surface_area:.2f} m2", "Mosteller"),
        Row("patient", "body mass index", f"{index:.1f} kg/m2"),
        Row("patient", "ideal weight", f"{patient.ideal_weight:.1f} kg"),
        Row("patient", "dosing weight", f"{patient.weight_for(None):.1f} kg", f"{patient.dosing_weight.value} weight"),
        Row("patient", "kidney function", filtration, source),
    ]
    said = {
        "residual disease": patient.mrd and patient.mrd.value,
        "comorbidities": None
        if patient.comorbidities is None
        else ", ".join(item.value for item in patient.comorbidities) or "none",
        "disease risk index": patient.disease_risk and patient.disease_risk.value,
        "CMV": patient.cmv and patient.cmv.value,
        "blood group": patient.abo and str(patient.abo),
        "cytogenetic risk": patient.cytogenetics and patient.cytogenetics.value,
        "interval from diagnosis": None if patient.interval is None else f"{printed(patient.interval)} days",
        "performance status": None if patient.karnofsky is None else f"Karnofsky {patient.karnofsky}",
        "antibodies against platelets": patient.platelet_antibodies and patient.platelet_antibodies.value,
        "antibodies against the donor": patient.donor_specific_antibodies and patient.donor_specific_antibodies.value,
    }
    rows += [
        Row("patient", name, value, NO_EFFECT if name in _WITHOUT_EFFECT else "")
        for name, value in said.items()
        if value is not None
    ]
    return rows + _start(patient)


def _scores(plan: Plan) -> list[Row]:
    """Scores that the plan says enough for; of the HCT-CI also that it is missing."""
    scores = [score for score in scores_of(plan) if score.value is not None or score.name == "HCT-CI"]
    return [Row("patient", score.name, str(score), score.source.grade.value) for score in scores]


def _start(patient: Patient) -> list[Row]:
    """The disease, and the blood counts that it is taken to leave behind."""
    start, disease = start_of(patient.disease), patient.disease
    understood = "not said: starts healthy" if disease is None else f"understood as {disease.understood}"
    rows = [Row("patient", "disease", "-" if disease is None else disease.words, understood)]
    counts = (
        ("hemoglobin at start", patient.hemoglobin, start.hemoglobin, "g/dL"),
        ("platelets at start", patient.platelets, start.platelets, "10^9/L"),
        ("neutrophils at start", patient.neutrophils, start.neutrophils, "10^9/L"),
    )
    for name, own, usual, unit in counts:
        if own is not None or usual > 0:
            note = "as given" if own is not None else "usual for the disease: assumed"
            rows.append(Row("patient", name, f"{printed(usual if own is None else own)} {unit}", note))
    return rows


def _donor(plan: Plan) -> list[Row]:
    donor = plan.donor
    rows = [Row("donor", "relation", donor.relation.value)]
    said = {
        "HLA match": donor.hla,
        "age": None if donor.age is None else f"{printed(round(donor.age, 2))} y",
        "sex": donor.sex and donor.sex.value,
        "CMV": donor.cmv and donor.cmv.value,
        "blood group": donor.abo and str(donor.abo),
    }
    rows += [Row("donor", name, value) for name, value in said.items() if value is not None]
    found = mismatch(plan.patient.abo, donor.abo)
    if found is not Mismatch.NONE:
        rows.append(Row("donor", "ABO mismatch", found.value))
    if donor.age is None and not donor.is_patient:
        rows.append(Row("donor", "age", f"{plan.covariates()['donor_age']:g} y", "not said: assumed"))
    return rows


def _graft(plan: Plan) -> list[Row]:
    rows: list[Row] = []
    for index, graft in enumerate(plan.grafts):
        section = "graft" if len(plan.grafts) == 1 else f"graft {index + 1}"
        kept = "thawed" if plan.was_frozen(graft) else "fresh"
        said = "" if graft.storage is not None else "not said: as usual for this graft"
        wins = "one unit wins, by chance and CD3+ cells; the others leave nothing" if graft in plan.cord_units else ""
        rows.append(Row(section, "source", graft.source.value, wins))
        if graft.day:
            rows.append(Row(section, "day", printed(graft.day)))
        if graft.manipulation is not Manipulation.NONE:
            rows.append(Row(section, "manipulation", graft.manipulation.value))
        rows += [Row(section, "kept", kept, said), Row(section, "CD34+ cells", f"{printed(graft.cd34)} /kg")]
        assumed = "" if graft.cd3 is not None else "not said: assumed"
        rows.append(Row(section, "CD3+ cells", f"{printed(graft.cd3_or_usual)} /kg", assumed))
        if graft.tnc is not None:
            rows.append(Row(section, "nucleated cells", f"{printed(graft.tnc)} /kg"))
    return rows


def _order_row(order: Order, role: Role, plan: Plan, missing: Unmodelled | None) -> Row:
    value = _total(order, role, plan) if isinstance(order, DrugOrder) else _each_time(order, plan)
    notes = [f"{missing.reason}: not simulated"] if missing else _counted_as(order)
    if isinstance(order, DrugOrder):
        notes += [*_aimed_at(order), *_taken_for_granted(order)]
    elif order.what in PRODUCT_LAB and order.dose is None:
        notes.append("usual amount")
    return Row(role.value, str(order), value, "; ".join(notes), missing is None)


def _counted_as(order: Order) -> list[str]:
    """What a drug without a module of its own is simulated as."""
    other = formulary.stand_in(order.drug if isinstance(order, DrugOrder) else order.what)
    if other is None:
        return []
    return [f"counts as {other.share:.3g} times as much {other.drug}: {other.source.grade.value}"]


def _total(order: DrugOrder, role: Role, plan: Plan) -> str:
    doses = doses_of(order, role, plan)
    if not doses:
        if order.aim is not None:
            return "no doses: the drug is not modelled"
        return f"as much as a typical patient needs for {aims_at(order) * 1e3:.4g} ng/mL"
    sizes = list(dict.fromkeys((f"{dose.amount:.4g}", dose.unit) for dose in doses))
    parts = []
    for size, unit in sizes:
        count = sum(f"{dose.amount:.4g}" == size and dose.unit == unit for dose in doses)
        parts.append(f"{count} x {size} {unit}" if count > 1 else f"{size} {unit}")
    if len(doses) == 1:
        return parts[0]
    units = {unit for _, unit in sizes}
    total = f" = {sum(dose.amount for dose in doses):.4g} {doses[0].unit}" if len(units) == 1 else ""
    return " + ".join(parts) + total


def _aimed_at(order: DrugOrder) -> list[str]:
    """What a calculated dose means."""
    if order.aim is None or order.courses[0].dose is None:
        return []
    notes = ["dose that the typical patient needs for this exposure"]
    return [*notes, "from the second day on scaled to each patient's own"] if order.aim.adjusted else notes


def _taken_for_granted(order: DrugOrder) -> list[str]:
    """What the sentence left out and was taken as usual."""
    notes = []
    for course in order.courses[:1]:
        if course.dose is not None and course.way is None and way_of(order.drug, None) is not Way.BEAM:
            notes.append(f"given {way_of(order.drug, None).value}")
        hours = hours_of(order.drug, course)
        if course.dose is not None and course.over_hours is None and not course.continuous and hours > 0:
            notes.append(f"over {hours_text(hours)}")
    return [f"not said: {', '.join(notes)}"] if notes else []


def _each_time(order: StandingOrder, plan: Plan) -> str:
    body = plan.covariates()
    if order.what in PRODUCT_LAB:
        unit = "cells" if order.what == "platelets" else "units"
        return f"{float(product_amount(order, body)):.3g} {unit} each time".replace("e+", "e")
    if order.dose is None:
        return ""
    scale = order.dose.in_kind / order.dose.amount
    weighing = order.weighing or plan.patient.dosing_weight
    return f"{float(amount_of(order.dose, body, weighing, order.maximum)) / scale:.4g} {order.dose.unit} each time"


def _labs(plan: Plan) -> list[Row]:
    if plan.labs is None:
        return []
    days = plan.labs.schedule.days(*span(plan))
    special = ", ".join(map(str, special_days(days)))
    usual = "with variation, limits and rounding" if plan.labs.noise is Noise.USUAL else "true values"
    reads = f"{len(days)} days; endpoints read these values, rules of care the true ones"
    return [
        Row("labs", "blood counts", str(plan.labs.schedule), reads),
        Row("labs", "subsets and chimerism", f"day {special}" if special else "never", "days near usual ones: assumed"),
        Row("labs", "laboratory noise", plan.labs.noise.value, usual),
    ]


def timeline(plan: Plan, model: ModelLike | None = None) -> list[Moment]:
    """Day by day, in order; days on which the same is done are told together."""
    missing = {missing.order for missing in not_yet_modelled(plan, model)}
    moments = [
        Moment(int(graft.day), int(graft.day), f"graft: {printed(graft.cd34)} CD34+ cells/kg, {graft.source.value}")
        for graft in plan.grafts
    ]
    for role, order in plan.orders:
        simulated = order not in missing
        if isinstance(order, StandingOrder):
            first = int(span(plan)[0]) if order.first_day is None else order.first_day
            moments.append(Moment(first, order.last_day, f"{order} ({_each_time(order, plan)})", simulated))
        elif order.courses[0].dose is None and order.aim is not None:
            moments.append(Moment(order.first_day, order.last_day, f"{order.drug}, {order.aim}", simulated))
        elif order.courses[0].dose is None:
            aim = f"{printed(order.trough[0])}-{printed(order.trough[1])} {order.trough_unit}" if order.trough else ""
            moments.append(Moment(order.first_day, order.last_day, f"{order.drug}, trough {aim}", simulated))
        else:
            moments += _dose_moments(order, role, plan, simulated)
        if isinstance(order, DrugOrder) and order.trough is not None and order.taper_to is not None:
            moments.append(Moment(order.last_day + 1, order.taper_to, f"{order.drug}, taper", simulated))
    return sorted(moments, key=lambda moment: (moment.first, moment.last is None, moment.last or 0))


def _dose_moments(order: DrugOrder, role: Role, plan: Plan, simulated: bool) -> list[Moment]:
    by_day: dict[int, list[str]] = {}
    for dose in doses_of(order, role, plan):
        by_day.setdefault(dose.day, []).append(dose_text(dose))
    moments: list[Moment] = []
    for day in sorted(by_day):
        what = f"{order.drug} {_joined(by_day[day])}"
        if moments and moments[-1].last == day - 1 and moments[-1].what == what:
            moments[-1] = Moment(moments[-1].first, day, what, simulated)
        else:
            moments.append(Moment(day, day, what, simulated))
    return moments


def dose_text(dose: SingleDose) -> str:
    """'06:00 218 mg IV over 3 h'. Times after midnight count on: 30:00 is 06:00 of the next day."""
    over = f" over {hours_text(dose.hours)}" if dose.hours > 0 else ""
    if dose.time < dose.day:  # conditioning of day 0
        clock = f"{hours_text((dose.day - dose.time) * 24)} before the graft,"
        return f"{clock} {dose.amount:.4g} {dose.unit} {dose.way.value}{over}"
    return f"{clock_text((dose.time - dose.day) * 24)} {dose.amount:.4g} {dose.unit} {dose.way.value}{over}"


def _joined(texts: list[str]) -> str:
    """Several doses of one day: '06:00, 12:00, 18:00, 24:00 54.4 mg IV over 2 h'."""
    clocks, rest = zip(*(text.split(" ", 1) for text in texts), strict=True)
    return f"{', '.join(clocks)} {rest[0]}" if len(set(rest)) == 1 else "; ".join(texts)


def warnings_of(plan: Plan, model: ModelLike | None = None) -> list[str]:
    """What a summary must repeat: one line for each drug or product that is not simulated."""
    lines = [f"{missing.name}: {missing.reason}, not simulated" for missing in not_yet_modelled(plan, model)]
    return list(dict.fromkeys(lines))


def render_check(plan: Plan, model: ModelLike | None = None) -> Group:
    """The table and the timeline for a terminal (a Rich renderable)."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(title="What was understood", title_justify="left", show_edge=False, pad_edge=False)
    for name, ratio in (("", 2), ("", 6), ("amount or value", 4), ("note", 4)):
        table.add_column(name, ratio=ratio, overflow="fold")
    section = ""
    for row in describe(plan, model):
        if section and row.section != section:
            table.add_section()
        style = "" if row.simulated else "yellow"
        shown = row.section if row.section != section else ""
        table.add_row(*(Text(cell, style=style) for cell in (shown, row.what, row.value, row.note)))
        section = row.section
    days = Table(
        title="\nDay by day (day 0: the graft)",
        title_justify="left",
        show_edge=False,
        pad_edge=False,
        show_header=False,
    )
    days.add_column(no_wrap=True)
    days.add_column(overflow="fold")
    for moment in timeline(plan, model):
        mark = "" if moment.simulated else "   [not yet modelled]"
        style = "bold" if moment.what.startswith("graft") else "" if moment.simulated else "yellow"
        days.add_row(Text(moment.days, style=style), Text(moment.what + mark, style=style))
    warnings = warnings_of(plan, model)
    closing = (
        [Text("\nNot simulated", style="bold yellow"), *(Text(f"  {line}", style="yellow") for line in warnings)]
        if warnings
        else []
    )
    return Group(table, days, *closing, Text("\nResearch software: not for the treatment of patients."))
