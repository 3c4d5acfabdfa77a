"""Named regimens for the reader: all in a table, one explained day by day, either as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marrow.clinic import formulary
from marrow.clinic.doses import dose_times, hours_of, way_of
from marrow.clinic.intensity import SOURCE_OF_CLASSES, SOURCE_OF_POINTS, Intensity, describe_total
from marrow.clinic.orders import DrugOrder, Order, clock_text, days_text, hours_text
from marrow.clinic.regimen import REGIMENS, NamedRegimen

if TYPE_CHECKING:
    from rich.console import Group

_SHORT = {
    Intensity.MYELOABLATIVE: "myeloablative",
    Intensity.REDUCED: "reduced",
    Intensity.NON_MYELOABLATIVE: "non-myeloablative",
}


def not_modelled(regimen: NamedRegimen) -> tuple[str, ...]:
    """Drugs of the regimen that no module of ``marrow.drugs`` carries."""
    drugs = dict.fromkeys(order.drug for order in (*regimen.orders, *_fixed(regimen.prophylaxis_orders)))
    return tuple(drug for drug in drugs if not formulary.is_modelled(drug))


def day_by_day(regimen: NamedRegimen) -> list[tuple[int, str]]:
    """(day, what is given) for every day on which something is, the graft among them."""
    given: dict[int, list[str]] = {0: []}
    for order in (*regimen.orders, *_fixed(regimen.prophylaxis_orders)):
        for day, text in _days_of(order):
            given.setdefault(day, []).append(text)
    given[0].append("graft")
    return [(day, text) for day in sorted(given) for text in given[day]]


def _fixed(orders: tuple[Order, ...]) -> tuple[DrugOrder, ...]:
    return tuple(order for order in orders if isinstance(order, DrugOrder))


def _days_of(order: DrugOrder) -> list[tuple[int, str]]:
    """'06:00, 12:00 busulfan 0.8 mg/kg IV over 2 h' for each day of an order."""
    found: list[tuple[int, str]] = []
    for course in order.courses:
        clocks: dict[int, list[str]] = {}
        for day, time in dose_times(course):
            clocks.setdefault(day, []).append(clock_text((time - day) * 24))
        hours = hours_of(order.drug, course)
        words = [order.drug, "as much as the target needs" if order.aim is not None else str(course.dose)]
        words += [f"in all, {course.fractions} fractions"] if course.fractions else []
        words += [way_of(order.drug, course.way).value]
        words += [f"over {hours_text(hours)}"] if hours > 0 else []
        found += [(day, f"{', '.join(times)} {' '.join(words)}") for day, times in clocks.items()]
    return found


def as_data(regimen: NamedRegimen) -> dict[str, Any]:
    """Everything that is told of a regimen, ready for JSON."""
    score = regimen.tci
    found = regimen.intensity
    return {
        "name": regimen.name,
        "aliases": list(regimen.aliases),
        "setting": regimen.setting.value,
        "class": found.value if found is not None else None,
        "tci": None if score.undefined or not score.components else score.points,
        "tci_group": None if score.undefined or not score.components else score.group,
        "tci_note": score.note,
        "components": [
            {"drug": c.drug, "total": c.total, "unit": c.unit, "points": c.points} for c in score.components
        ],
        "sentences": [str(order) for order in regimen.orders],
        "prophylaxis": [str(order) for order in regimen.prophylaxis_orders],
        "days": [{"day": day, "given": text} for day, text in day_by_day(regimen)],
        "source": {"grade": regimen.source.grade.value, "note": regimen.source.note},
        "not_modelled": list(not_modelled(regimen)),
    }


def render_all() -> Group:
    """The table of all named regimens (a Rich renderable)."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for heading, wrap in (("regimen", True), ("drugs and days", False), ("TCI", True), ("class", True)):
        table.add_column(heading, no_wrap=wrap, overflow="fold")
    table.add_column("not modelled", overflow="fold")
    for regimen in REGIMENS:
        found = regimen.intensity
        row = (
            regimen.name,
            "; ".join(_short(order) for order in regimen.orders),
            str(regimen.tci) if not regimen.tci.undefined else "-",
            _SHORT[found] if found is not None else "own cells",
            ", ".join(not_modelled(regimen)),
        )
        table.add_row(*(Text(cell) for cell in row))
    notes = (
        "TCI: transplant conditioning intensity; '-': not defined for own cells, aplastic anemia and children.",
        "Class and score are computed from the doses. One regimen in full: marrow regimens NAME",
    )
    return Group(table, Text(), *(Text(note, style="dim") for note in notes))


def _short(order: DrugOrder) -> str:
    """'Bu 3.2 mg/kg d -6 to -3'."""
    medicine = formulary.listed(order.drug)
    drug = medicine.aliases[0] if medicine is not None and medicine.aliases else order.drug
    parts = []
    for course in order.courses:
        dose = f"AUC {order.aim.auc:g}" if order.aim is not None else str(course.dose)
        times = f" x {course.per_day} a day" if course.per_day > 1 and course.fractions is None else ""
        parts.append(f"{dose}{times} {days_text(course.days).replace('day', 'd')}")
    return f"{drug} {', then '.join(parts)}"


def render_one(regimen: NamedRegimen) -> Group:
    """One regimen explained (a Rich renderable): sentences, days, score, source, what is not modelled."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    facts = Table(show_header=False, show_edge=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True, style="bold")
    facts.add_column(overflow="fold")
    score, missing = regimen.tci, not_modelled(regimen)
    rows = [
        ("also called", ", ".join(regimen.aliases)),
        ("for", regimen.setting.value),
        ("class", regimen.class_text),
        ("TCI score", f"{score} ({score.note})" if score.note else str(score)),
        ("doses counted", "; ".join(describe_total(component) for component in score.components)),
        ("source", f"{regimen.source.grade.value}: {regimen.source.note}"),
        ("not modelled", ", ".join(missing) or "nothing: every drug is simulated"),
    ]
    for name, value in rows:
        if value:
            facts.add_row(name, Text(value, style="yellow" if name == "not modelled" and missing else ""))
    days = Table(show_header=False, show_edge=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    days.add_column(no_wrap=True, justify="right")
    days.add_column(overflow="fold")
    for day, what in day_by_day(regimen):
        days.add_row(Text(f"day {day}"), Text(what, style="bold" if what == "graft" else ""))
    sentences = [Text("conditioning:"), *(Text(f"  - {order}") for order in regimen.orders)]
    if regimen.prophylaxis:
        sentences += [Text("prophylaxis:"), *(Text(f"  - {order}") for order in regimen.prophylaxis_orders)]
    closing = Text(
        f"\nScore: {SOURCE_OF_POINTS.note}.\nClass: {SOURCE_OF_CLASSES.note}.\n"
        "Research software: not for the treatment of patients.",
        style="dim",
    )
    title = Text(regimen.name, style="bold")
    heading = Text("\nIn a plan it means the same as", style="bold")
    return Group(
        title, facts, heading, *sentences, Text("\nDay by day (day 0: the graft)", style="bold"), days, closing
    )
