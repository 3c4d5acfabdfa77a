"""Reading sentences: 'fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3', 'platelets when < 10'.

A sentence begins with a drug or a blood product; the parts after it may come in any order:

    40 mg/m2 | 3.2 mg/kg of adjusted weight | 12 Gy in 6 fractions | 150 mg/m2 total     the dose
    trough 5-10 ng/mL | target cumulative AUC 90 mg*h/L | target AUC 1200 umol*min/L per dose      in its place
    IV | SC | PO | IM | IT        over 1 h | over 30 min | continuously       at 08:00
    daily | twice daily | every 6 h | every 2 days | x 16 | for 16 doses
    day -6 to -3 | day 3, 6, 11 | from day 5 | to day 20 | to week 14
    then 10 mg/m2 day 3           max 1 g           taper to day 180
    when ANC < 0.5 | when steroids fail | when relapsed | until ANC > 1.5 on 2 days

Every mistake is a ``PlanError`` with what was found, what was needed, and the nearest valid word.
"""

from __future__ import annotations

from collections.abc import Callable

from marrow.clinic import aiming, formulary, timing
from marrow.clinic.drafts import Draft, Segment, once
from marrow.clinic.labs import FINDINGS, PRESENT, find_lab, lab_names
from marrow.clinic.orders import Condition, Order, Role, Way, Weighing
from marrow.clinic.quantities import Dose, is_dose_unit, plain, printed, quoted, read_dose, refuse
from marrow.clinic.sense import PRODUCT_LAB, order_of
from marrow.clinic.words import Reader, Shape
from marrow.engine.schedule import Comparison
from marrow.errors import nearest

PRODUCTS = {
    name: product
    for product, names in {
        "platelets": ("platelets", "platelet concentrate", "platelet transfusions", "platelet transfusion"),
        "red cells": (
            "red cells",
            "red blood cells",
            "packed red cells",
            "red cell transfusions",
            "red cell transfusion",
            "erythrocytes",
            "RBC",
            "PRBC",
        ),
    }.items()
    for name in names
}
_WAYS = {
    "iv": Way.INTRAVENOUS,
    "intravenously": Way.INTRAVENOUS,
    "intravenous": Way.INTRAVENOUS,
    "sc": Way.SUBCUTANEOUS,
    "subcutaneously": Way.SUBCUTANEOUS,
    "subcutaneous": Way.SUBCUTANEOUS,
    "po": Way.ORAL,
    "orally": Way.ORAL,
    "oral": Way.ORAL,
    "im": Way.INTRAMUSCULAR,
    "it": Way.INTRATHECAL,
    "intrathecally": Way.INTRATHECAL,
}


def read_order(text: str, role: Role = Role.CONDITIONING) -> Order:
    """The order that a sentence means. Raises ``PlanError`` (one problem) and nothing else."""
    text = plain(text)
    if not text:
        raise refuse("nothing", "a sentence, such as 'fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3'")
    subject, product, rest = _subject(text)
    reader = Reader(rest)
    draft = Draft(subject, product)
    while reader.here.shape is not Shape.END:
        _part(reader, draft)
    return order_of(draft, role)


def _subject(text: str) -> tuple[str, bool, str]:
    """The drug or product, whether it is a product, and the rest of the sentence."""
    for name in sorted(PRODUCTS, key=len, reverse=True):
        if text.lower().startswith(name.lower()) and not text[len(name) :][:1].isalnum():
            return PRODUCTS[name], True, text[len(name) :]
    found = formulary.leading_name(text)
    if found is not None:
        return found[0], False, found[1]
    if text.lower().startswith(("labs", "daily labs", "laboratory")):
        needed = (
            "no sentence about labs here: rules read them at the start of every day ('labs: schedule' is the chart's)"
        )
        raise refuse(quoted(text), needed)
    words = []
    for word in text.replace(",", " , ").split(" "):
        if not word or word == "," or word[0] in "0123456789+-<>" or (words and word.lower() in _PARTS):
            break
        words.append(word)
    name = " ".join(words[:4])
    if not name:
        raise refuse(
            quoted(text), "a sentence that begins with a drug, such as 'melphalan 200 mg/m2 IV over 30 min, day -2'"
        )
    known = (*formulary.known_names(), *PRODUCTS)
    near = nearest(name, known, _ALIKE) or nearest(words[0], known, _ALIKE)
    raise refuse(f"the drug {quoted(name)}", "the name of a drug or blood product", near)


def _part(reader: Reader, draft: Draft) -> None:
    word = reader.here
    if word.shape is Shape.COMMA:
        reader.take()
    elif word.shape is Shape.NUMBER:
        _dose(reader, draft)
    elif word.shape is Shape.SIGN and draft.product:  # 'platelets < 10'
        _threshold(reader, draft)
    elif word.shape is Shape.WORD:
        reading = _PARTS.get(word.lower)
        if reading is None and word.lower.startswith("q") and word.lower[1:-1].isdigit() and word.lower[-1] in "hd":
            reading = timing.short_every
        if reading is None and word.lower.startswith("x") and word.lower[1:].isdigit():
            reading = timing.times
        if reading is None:
            shown = "IV, SC, PO, over, daily, every, total, day, then, max, target, trough, taper, from, until, when"
            raise refuse(f"the word {word}", f"one of {shown}", nearest(word.lower, _PARTS, _ALIKE))
        reading(reader, draft)
    else:
        raise refuse(str(word), "a dose with its unit, a route, 'over', 'every', 'day' or 'then'")


def _dose(reader: Reader, draft: Draft) -> None:
    is_another = draft.now.dose is not None and draft.now.days is not None  # 'day 1, 10 mg/m2 day 3' without 'then'
    if is_another and reader.before.lower in (",", "and"):
        draft.segments.append(Segment())
    once(draft.now.dose, "dose", reader)
    draft.now.dose, daily = _read_dose(reader, draft.subject)
    draft.now.day_divisor = daily


def _read_dose(reader: Reader, subject: str) -> tuple[Dose, bool]:
    """A dose, and whether its unit ended in '/day'."""
    first = reader.here
    amount = reader.number("a dose with its unit, such as '40 mg/m2'")
    unit = ""
    if reader.here.shape is Shape.POWER:
        raise refuse(
            f"{first} {reader.here}",
            "a number such as '4e11'",
            printed(amount) + "e" + reader.here.text.split("/")[0][-2:].strip("^*"),
        )
    if reader.here.shape is Shape.WORD and is_dose_unit(reader.here.text):
        unit = reader.take().text
    elif subject != "platelets":
        near = nearest(reader.here.text, ("mg/kg", "mg/m2", "mg", "ug/kg")) if reader.here.shape is Shape.WORD else ""
        needed = "a unit after it, such as mg/kg or mg/m2 (decimals have a point: 3.2; days follow the word 'day')"
        raise refuse(f"{first} followed by {reader.here}", needed, near)
    if subject == "platelets" and unit.startswith("/"):
        unit = f"cells{unit}"
    return read_dose(amount, unit), unit.lower().endswith(("/day", "/d"))


def _weight(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.now.weighing, "weight", reader)
    word = reader.take()
    names = {"actual": Weighing.ACTUAL, "ideal": Weighing.IDEAL, "adjusted": Weighing.ADJUSTED, "lower": Weighing.LOWER}
    if word.lower not in names:
        raise refuse(
            str(word), "'of actual weight', 'of ideal weight', 'of adjusted weight'", nearest(word.lower, names)
        )
    draft.now.weighing = names[word.lower]
    if word.lower == "adjusted" and reader.here.shape is Shape.NUMBER:
        share = reader.number("25 % or 40 %")
        if share not in (25, 40):
            raise refuse(printed(share), "'of adjusted weight' (25 %) or 'of adjusted 40 % weight'")
        reader.take_word("%", "percent")
        draft.now.weighing = Weighing.ADJUSTED if share == 25 else Weighing.ADJUSTED_40
    reader.take_word("body")
    if reader.take_word("weight", "bodyweight") is None:
        raise refuse(str(reader.here), f"'of {draft.now.weighing.value} weight'")


def _way(reader: Reader, draft: Draft) -> None:
    once(draft.now.way, "route", reader)
    draft.now.way = _WAYS[reader.take().lower]


def _by_mouth(reader: Reader, draft: Draft) -> None:
    reader.take()
    if reader.take_word("mouth") is None:
        raise refuse(f"'by' {reader.here}", "'PO' or 'by mouth'")
    once(draft.now.way, "route", reader)
    draft.now.way = Way.ORAL


def _maximum(reader: Reader, draft: Draft) -> None:
    reader.take()
    reader.take_word("dose")
    once(draft.maximum, "maximum", reader)
    draft.maximum, _ = _read_dose(reader, draft.subject)


def _and(reader: Reader, draft: Draft) -> None:
    reader.take()
    if reader.here.lower == "then":
        return
    if reader.here.shape is not Shape.NUMBER or draft.now.days is None:
        raise refuse(f"'and' followed by {reader.here}", "another dose with its days: 'day 1 and 10 mg/m2 day 3'")


def _then(reader: Reader, draft: Draft) -> None:
    reader.take()
    if reader.here.shape is not Shape.NUMBER:
        raise refuse(f"'then' followed by {reader.here}", "a dose after 'then', such as 'then 10 mg/m2 day 3, 6, 11'")
    draft.segments.append(Segment())


def _trough(reader: Reader, draft: Draft) -> None:
    reader.take()
    reader.take_word("level", "levels")
    reader.take_word("of")
    once(draft.trough, "trough", reader)
    low, high = _levels(reader)
    unit = {"ng/ml": "ng/mL", "ug/l": "ng/mL", "ug/ml": "ug/mL", "mg/l": "ug/mL"}.get(reader.here.lower)
    if unit is None or not high > 1e-3 or high > 1e4 or 0 < low < 1e-3:
        raise refuse(f"a trough of {low:g} to {high:g} {reader.here}", "a range above 0 in ng/mL or ug/mL", "ng/mL")
    reader.take()
    draft.trough, draft.trough_unit = (low, high), unit


def _levels(reader: Reader) -> tuple[float, float]:
    """'5-10', '5 to 10', or one level with what a ward takes for it."""
    if reader.here.shape is Shape.NUMBER and reader.ahead().lower != "to":
        level = reader.number("a trough, such as 'trough 5-10 ng/mL'")
        return float(f"{level * (1 - _AROUND):.6g}"), float(f"{level * (1 + _AROUND):.6g}")
    return reader.range("a range of troughs, such as 'trough 5-10 ng/mL'")


def _taper(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.taper_to, "taper", reader)
    said = reader.take_word("to", "until", "by") is not None
    if not said or (reader.take_word("day") is None and reader.here.lower not in timing.LONGER):
        raise refuse(f"'taper' followed by {reader.here}", "'taper to day 180'")
    draft.taper_to = timing.day(reader)


def _from(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.first_day, "'from day'", reader)
    reader.take_word("on", "from")
    if reader.take_word("day", "d") is None and reader.here.lower not in timing.LONGER:
        raise refuse(f"'from' {reader.here}", "'from day 5'")
    draft.first_day = timing.day(reader)


def _to(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.last_day, "'to day'", reader)
    reader.take_word("day")
    draft.last_day = timing.day(reader, "the last day, such as 'to day 20'")


def _until(reader: Reader, draft: Draft) -> None:
    if reader.ahead().shape is Shape.NUMBER or reader.ahead().lower in timing.DAY_WORDS:
        _to(reader, draft)
        return
    reader.take()
    once(draft.until, "'until'", reader)
    if reader.take_word("engraftment", "recovery") is not None:
        draft.until = _ENGRAFTMENT
        return
    draft.until = _condition(reader, draft, "until ANC > 1.5 on 2 days")


def _when(reader: Reader, draft: Draft) -> None:
    reader.take()
    _threshold(reader, draft)


def _threshold(reader: Reader, draft: Draft) -> None:
    once(draft.when, "'when'", reader)
    draft.when = _condition(reader, draft, "when ANC < 0.5")


def _on(reader: Reader, draft: Draft) -> None:
    reader.take()
    if not (reader.here.shape is Shape.WORD and reader.here.lower in ("day", "days", "d")):
        raise refuse(f"'on' {reader.here}", "'on day 1, 3, 6', or after a lab 'on 2 days'")


def _finding(reader: Reader) -> Condition | None:
    """A finding that is said in words, such as 'steroids fail'; None and nothing taken when a lab follows."""
    for lab in FINDINGS:
        for said in (lab.said, *lab.aliases):
            words = said.split(" ")
            if [reader.ahead(step).lower for step in range(len(words))] == words:
                for _ in words:
                    reader.take()
                return Condition(lab, Comparison.ABOVE, PRESENT)
    return None


def _condition(reader: Reader, draft: Draft, example: str) -> Condition:
    finding = _finding(reader)
    if finding is not None:
        return finding
    name = []
    while reader.here.shape is Shape.WORD and reader.here.lower not in ("below", "above", "under", "over"):
        name.append(reader.take().text)
    default = PRODUCT_LAB.get(draft.subject) if draft.product else None
    if not name and default is None:
        raise refuse(str(reader.here), f"a lab, such as {example!r}")
    lab = find_lab(" ".join(name)) if name else lab_names()[str(default).lower()]
    sign = reader.take()
    below = sign.text in ("<", "<=", "below", "under")
    if not below and sign.text not in (">", ">=", "above", "over"):
        raise refuse(f"{' '.join(name)} followed by {sign}", f"'<' or '>', as in {example!r}")
    value = reader.number(f"a value, as in {example!r}")
    unit = ""
    if reader.here.shape is Shape.POWER or (
        reader.here.shape is Shape.WORD and ("/" in reader.here.text or reader.here.text == "%")
    ):
        unit = reader.take().text.replace(" ", "")
    value = lab.threshold(value, unit)
    days = 1
    if reader.take_word("on", "for") is not None:
        days = reader.whole("a number of days, such as 'on 2 days'", 1, 30)
        reader.take_word("consecutive")
        if reader.take_word("day", "days", "rounds") is None:
            raise refuse(str(reader.here), f"'on {days} days'")
    return Condition(lab, Comparison.BELOW if below else Comparison.ABOVE, value, days)


_ALIKE = 0.7  # likeness from which a drug or word is suggested: below it, 'Treo' for interferon
_AROUND = 0.25  # a level is taken for a range of a quarter below and above it; assumed, only its middle is dosed
_ENGRAFTMENT = Condition(find_lab("ANC"), Comparison.ABOVE, 0.5, 3)

_PARTS: dict[str, Callable[[Reader, Draft], None]] = {
    **dict.fromkeys(_WAYS, _way),
    **dict.fromkeys(("daily", "three", "four", *timing.TIMES), timing.frequency),
    **dict.fromkeys(("day", "days", "d"), timing.days),
    **dict.fromkeys(("continuous", "continuously"), timing.continuous),
    **dict.fromkeys(("max", "maximum"), _maximum),
    "of": _weight,
    "by": _by_mouth,
    "over": timing.over,
    "every": timing.every,
    "x": timing.times,
    "for": timing.for_doses,
    "total": timing.total,
    "and": _and,
    "in": timing.fractions,
    "at": timing.clock,
    "then": _then,
    "trough": _trough,
    **dict.fromkeys(("taper", "tapered", "tapering"), _taper),
    "target": aiming.target,
    "adjusted": aiming.adjusted,
    "from": _from,
    "starting": _from,
    "on": _on,
    "if": _when,
    "below": _threshold,
    "under": _threshold,
    "to": _to,
    "until": _until,
    "when": _when,
}
