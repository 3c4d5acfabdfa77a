"""A sentence as words: numbers, ranges, times of day, units, signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from marrow.clinic.quantities import number, plain, quoted, refuse

LONGEST_SENTENCE = 400

_PATTERN = re.compile(
    r"""(?P<clock>[0-9]{1,2}:[0-9]{2}\b)
      | (?P<range>(?<![0-9.+-])[0-9]+(?:\.[0-9]+)?-[0-9]+(?:\.[0-9]+)?(?![0-9.]*[-:A-Za-z]))
      | (?P<power>x?\s?10[\^*][0-9]{1,2}(?:/[A-Za-z]+)?)
      | (?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<word>/?[A-Za-z%][A-Za-z0-9^+]*(?:[/*^][A-Za-z0-9^.]+|-[A-Za-z][A-Za-z0-9]*)*)
      | (?P<sign>[<>]=?)
      | (?P<comma>,)
      | (?P<space>\s+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


class Shape(Enum):
    CLOCK = "clock"
    RANGE = "range"
    POWER = "power"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"
    COMMA = "comma"
    END = "end"


@dataclass(frozen=True)
class Word:
    shape: Shape
    text: str

    def __str__(self) -> str:
        return "the end of the sentence" if self.shape is Shape.END else quoted(self.text)

    @property
    def lower(self) -> str:
        return self.text.lower()


END = Word(Shape.END, "")


def words_of(text: str) -> list[Word]:
    """The words of a sentence, then ``END``. Raises ``PlanError`` for signs that no sentence has."""
    if len(text) > LONGEST_SENTENCE:
        raise refuse(f"{len(text)} characters", f"a sentence of at most {LONGEST_SENTENCE} characters")
    words: list[Word] = []
    for match in _PATTERN.finditer(plain(text)):
        kind = str(match.lastgroup)
        if kind == "space":
            continue
        if kind == "other":
            raise refuse(
                f"the sign {quoted(match.group())} in {quoted(text)}", "words, numbers with units, commas, < and >"
            )
        words.append(Word(Shape(kind), match.group()))
    return [*words, END]


class Reader:
    """Walks over the words of one sentence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)
        self.at = 0

    @property
    def here(self) -> Word:
        return self.words[self.at]

    def ahead(self, steps: int = 1) -> Word:
        return self.words[min(self.at + steps, len(self.words) - 1)]

    @property
    def before(self) -> Word:
        """The word that was taken last."""
        return self.words[self.at - 1] if self.at else END

    def take(self) -> Word:
        word = self.here
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def take_word(self, *valid: str) -> Word | None:
        """The next word if it is one of ``valid`` (lower case), else None and nothing is taken."""
        if self.here.shape is Shape.WORD and self.here.lower in valid:
            return self.take()
        return None

    def number(self, needed: str) -> float:
        if self.here.shape is not Shape.NUMBER:
            raise refuse(str(self.here), needed)
        return number(self.take().text, needed)

    def whole(self, needed: str, low: int, high: int) -> int:
        word = self.here
        value = self.number(needed)
        if value != int(value) or not low <= value <= high:
            raise refuse(str(word), f"{needed}, between {low} and {high}")
        return int(value)

    def range(self, needed: str) -> tuple[float, float]:
        """'5-10' or '5 to 10'."""
        if self.here.shape is Shape.RANGE:
            low, high = (number(part, needed) for part in self.take().text.split("-"))
        else:
            low = self.number(needed)
            if self.take_word("to") is None:
                raise refuse(str(self.here), f"{needed}: 'to' and the upper end")
            high = self.number(needed)
        if not 0 <= low <= high:
            raise refuse(f"{low:g} to {high:g}", f"{needed}, the lower end first")
        return low, high
