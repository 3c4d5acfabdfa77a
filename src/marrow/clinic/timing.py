"""The parts of a sentence that say when and how long: 'over 1 h', 'every 6 h', 'day -6 to -3', 'at 08:00'."""

from __future__ import annotations

from marrow.clinic.drafts import Draft, once
from marrow.clinic.orders import ONCE
from marrow.clinic.quantities import DAYS, HOURS, is_dose_unit, printed, quoted, refuse
from marrow.clinic.words import Reader, Shape
from marrow.errors import nearest

FIRST_DAY, LAST_DAY = -100, 3650
TIMES = {"once": 24, "twice": 12, "bid": 12, "tid": 8, "qid": 6, "weekly": 168}
# what a number after 'week' or 'month' is multiplied by: 'week 14' is day 98, 'month 6' day 182 (twelfths of a year)
LONGER = {word: days for word, days in DAYS.items() if days > 1}
DAY_WORDS = ("day", "d", *LONGER)
_DIVIDES_A_DAY = (1, 2, 3, 4, 6, 8, 12, 24)


def over(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.now.over_hours, "length of infusion", reader)
    needed = "a length of infusion, such as 'over 1 h' or 'over 30 min'"
    value = reader.number(needed)
    factor = HOURS.get(reader.here.lower) if reader.here.shape is Shape.WORD else None
    if factor is None:
        raise refuse(f"{printed(value)} followed by {reader.here}", needed, nearest(reader.here.text, HOURS))
    unit = reader.take().lower
    hours = value / 60 if unit.startswith("min") else value * factor
    if not 0 < hours <= 24 * 14:
        raise refuse(f"{printed(value)} {unit}", f"{needed}, above 0 and up to 14 days")
    draft.now.over_hours = hours


def continuous(reader: Reader, draft: Draft) -> None:
    once(draft.now.continuous, "'continuously'", reader)
    reader.take()
    reader.take_word("infusion")
    draft.now.continuous = True


def set_every(reader: Reader, draft: Draft, hours: float) -> None:
    once(draft.now.every_hours, "interval", reader)
    if hours not in _DIVIDES_A_DAY and not (hours % 24 == 0 and 24 <= hours <= 24 * 60):
        raise refuse(f"every {printed(hours)} h", "an interval of 1, 2, 3, 4, 6, 8, 12 or 24 h, or of whole days")
    draft.now.every_hours = int(hours)


def frequency(reader: Reader, draft: Draft) -> None:
    word = reader.take().lower
    if word == "daily":
        set_every(reader, draft, 24)
        return
    if word in ("three", "four"):
        if reader.take_word("times") is None:
            raise refuse(f"{word!r} followed by {reader.here}", f"'{word} times daily'")
        hours = 8 if word == "three" else 6
    elif word == "once" and reader.here.lower not in ("a", "daily", "day"):
        once(draft.now.every_hours, "interval", reader)
        draft.now.every_hours = ONCE * 24
        return
    else:
        hours = TIMES[word]
    if word in ("once", "twice", "three", "four"):
        reader.take_word("a")
        if reader.take_word("daily", "day") is None:
            raise refuse(f"{word!r} followed by {reader.here}", f"'{word} daily'")
    set_every(reader, draft, hours)


def every(reader: Reader, draft: Draft) -> None:
    reader.take()
    needed = "an interval, such as 'every 6 h', 'every day' or 'every 2 days'"
    if reader.take_word("day") is not None:
        set_every(reader, draft, 24)
        return
    value = reader.number(needed)
    units = {"h": 1, "hour": 1, "hours": 1, "day": 24, "days": 24, "d": 24, "week": 168, "weeks": 168}
    word = reader.here
    if word.shape is not Shape.WORD or word.lower not in units:
        raise refuse(f"{printed(value)} followed by {word}", needed, nearest(word.text, units))
    set_every(reader, draft, value * units[reader.take().lower])


def short_every(reader: Reader, draft: Draft) -> None:
    word = reader.take().lower
    set_every(reader, draft, float(word[1:-1][:6]) * (24 if word[-1] == "d" else 1))


def times(reader: Reader, draft: Draft) -> None:
    once(draft.now.repeats, "number of doses", reader)
    word = reader.take().lower
    if word == "x":
        draft.now.repeats = reader.whole("a number of doses, such as 'x 16'", 1, 200)
    else:
        count = int(word[1:][:6])
        if not 1 <= count <= 200:
            raise refuse(quoted(word), "a number of doses between 1 and 200, such as 'x 16'")
        draft.now.repeats = count


def for_doses(reader: Reader, draft: Draft) -> None:
    """'for 16 doses', the same as 'x 16'."""
    reader.take()
    once(draft.now.repeats, "number of doses", reader)
    draft.now.repeats = reader.whole("a number of doses, such as 'for 16 doses'", 1, 200)
    if reader.take_word("doses", "dose") is None:
        found = f"'for {draft.now.repeats}' followed by {reader.here}"
        raise refuse(found, "'for 16 doses', or the days: 'day -7 to -4'")


def total(reader: Reader, draft: Draft) -> None:
    """'total' or 'in total': the dose is that of all days together."""
    reader.take()
    once(draft.now.total, "'total'", reader)
    reader.take_word("dose")
    reader.take_word("of")
    draft.now.total = True


def fractions(reader: Reader, draft: Draft) -> None:
    if reader.ahead().lower == "total":
        reader.take()
        total(reader, draft)
        return
    reader.take()
    once(draft.now.fractions, "number of fractions", reader)
    draft.now.fractions = reader.whole("a number of fractions, such as 'in 6 fractions'", 1, 30)
    if reader.take_word("fractions", "fraction", "doses") is None:
        raise refuse(str(reader.here), f"'in {draft.now.fractions} fractions'")


def day(reader: Reader, needed: str = "a day, such as 'day -6'") -> int:
    """A day, also as '98', 'week 14', 'month 6', '14 weeks'."""
    length = LONGER.get(reader.here.lower, 0.0)
    if length:
        reader.take()
    number = reader.whole(needed, FIRST_DAY, LAST_DAY)
    if not length and reader.here.lower in LONGER:
        length = LONGER[reader.take().lower]
    found = round(number * length) if length else number
    if found > LAST_DAY:
        raise refuse(f"day {found}", f"{needed}, between {FIRST_DAY} and {LAST_DAY}")
    return found


def days(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.now.days, "list of days", reader)
    days: list[int] = []
    while True:
        if reader.here.shape is Shape.RANGE:
            ends = reader.range("days, such as 'day 3 to 6'")
            if any(end != int(end) or end > LAST_DAY for end in ends):
                raise refuse(printed(ends[0]) + "-" + printed(ends[1]), f"whole days up to {LAST_DAY}")
            days += range(int(ends[0]), int(ends[1]) + 1)
        else:
            first = day(reader, "days, such as 'day -6 to -3' or 'day 3, 6, 11'")
            last = first
            by_lab = (
                reader.here.lower == "until"
                and reader.ahead().shape is Shape.WORD
                and reader.ahead().lower not in DAY_WORDS
            )
            if not by_lab and reader.take_word("to", "until", "through") is not None:
                reader.take_word("day", "d")
                last = day(reader)
            if last < first:
                raise refuse(f"day {first} to {last}", "the earlier day first", f"day {last} to {first}")
            days += range(first, last + 1)
        if not another_day(reader):
            break
    if len(set(days)) != len(days):
        raise refuse("a day named twice", "each day once")
    draft.now.days = tuple(sorted(days))


def another_day(reader: Reader) -> bool:
    """Takes the comma or 'and' before another day of the list, if one follows."""
    steps = 0
    while reader.ahead(steps).shape is Shape.COMMA or (
        reader.ahead(steps).shape is Shape.WORD and reader.ahead(steps).lower in ("and", "+")
    ):
        steps += 1
    after = reader.ahead(steps)
    beyond = reader.ahead(steps + 1)
    is_day = after.shape in (Shape.NUMBER, Shape.RANGE) and not (
        beyond.shape is Shape.WORD and is_dose_unit(beyond.text)
    )
    if steps == 0 or not is_day:
        return False
    for _ in range(steps):
        reader.take()
    return True


def clock(reader: Reader, draft: Draft) -> None:
    reader.take()
    once(draft.now.clock, "time of day", reader)
    if reader.here.shape is not Shape.CLOCK:
        raise refuse(str(reader.here), "a time of day, such as 'at 08:00'")
    hours, minutes = (int(part) for part in reader.take().text.split(":"))
    if hours > 23 or minutes > 59:
        raise refuse(f"{hours}:{minutes:02d}", "a time between 00:00 and 23:59")
    draft.now.clock = hours + minutes / 60
