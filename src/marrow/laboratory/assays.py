"""Which tests a laboratory does, and how exactly: variation, what is counted, limits, rounding.

A value is the truth times two lognormal factors of mean one, that of the body and that of the assay, then counted where
few cells are, rounded, and given as below the limit of quantification where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marrow.cite import Row, RowKind, bibliography
from marrow.clinic.labs import Lab
from marrow.endpoints.chimerism import Lineage, measured_share
from marrow.observed import LABORATORY
from marrow.sources import Source, assumed, derived, elsewhere

PERCENT = "%"


@dataclass(frozen=True)
class Number:
    """A number of an assay, with its plausible range and source."""

    value: float
    low: float
    high: float
    source: Source


@dataclass(frozen=True)
class Assay:
    """How one laboratory value is made.

    ``limit``: of quantification, in the unit of the value; ``decimals`` of the report. ``body``, ``imprecision``:
    coefficients of variation of patient and assay, %; None for shares, whose error is that of counting. ``varies_as``:
    assays with one word share the deviate of the body. ``counted``: cells that are counted for each unit of the value,
    of a share in all; None where they are many. ``special``: not done with every blood count.
    """

    lab: Lab
    limit: Number
    decimals: Number
    body: Number | None = None
    imprecision: Number | None = None
    varies_as: str = ""
    counted: Number | None = None
    special: bool = False

    @property
    def name(self) -> str:
        """As the ward calls it: 'ANC'."""
        return self.lab.name

    @property
    def observable(self) -> str:
        """As a course calls it."""
        return self.lab.observable

    def rows(self) -> Iterator[Row]:
        """What it rests on, for ``marrow cite``."""
        each = (
            ("variation of the body", self.body, PERCENT),
            ("variation of the assay", self.imprecision, PERCENT),
            ("cells counted", self.counted, "" if self.lab.unit == PERCENT else f"1/({self.lab.unit})"),
            ("limit of quantification", self.limit, self.lab.unit),
            ("decimals", self.decimals, ""),
        )
        for what, number, unit in each:
            if number is not None:
                yield row_of(f"{self.name}: {what}", number, unit)


def row_of(label: str, number: Number, unit: str) -> Row:
    source, plausible = number.source, (number.low, number.high)
    paper = bibliography()[source.key] if source.key else None
    return Row("laboratory values", label, label, RowKind.VALUE, number.value, unit, plausible, source, paper)


_COUNTER = assumed("imprecision of an automated counter at usual counts, from memory")
_LIMIT = assumed("usual limit of automated counters; laboratories differ")
_SHOWN = assumed("as reports usually show it")
_WHOLE = Number(0, 0, 1, _SHOWN)
_BY_OBSERVABLE = {lab.observable: lab for lab in LABORATORY}

NEUTROPHILS = Assay(
    _BY_OBSERVABLE["absolute_neutrophil_count"],
    limit=Number(0.01, 0.01, 0.1, _LIMIT),
    decimals=Number(2, 1, 2, _SHOWN),
    body=Number(18.3, 12.9, 26.0, derived(
        "healthy adults: geometric mean of 12.9 % from hour to hour and 26.0 % from week to week",
        key="ajcp1978", at="abstract",
    )),
    imprecision=Number(3.0, 2.0, 8.0, _COUNTER),
    varies_as="neutrophils",
)  # fmt: skip
WHITE_CELLS = Assay(  # its variation is that of the cells that are no neutrophils
    _BY_OBSERVABLE["white_cell_count"],
    limit=Number(0.02, 0.02, 0.1, _LIMIT),
    decimals=Number(2, 1, 2, _SHOWN),
    body=Number(11.7, 10.3, 19.3, derived(
        "healthy adults: geometric mean of 10.3 % from hour to hour and 13.2 % from week to week, of lymphocytes",
        key="ajcp1978", at="abstract",
    )),
    imprecision=Number(2.5, 1.5, 5.0, _COUNTER),
    varies_as="other white cells",
)  # fmt: skip
_PLATELETS = Assay(
    _BY_OBSERVABLE["platelet_count"],
    limit=Number(2.0, 1.0, 10.0, _LIMIT),
    decimals=_WHOLE,
    body=Number(7.6, 1.6, 8.6, elsewhere(
        "archpathol1992", "healthy adults in a year: 6.7 % in men, 8.6 % in women; here their mean", at="abstract"
    )),
    imprecision=Number(3.0, 2.0, 6.0, _COUNTER),
    varies_as="platelets",
    counted=Number(5.0, 2.0, 50.0, assumed("as if so few were counted: an error of 14 % at 10 x 10^9/L, for debris")),
)  # fmt: skip
_HEMOGLOBIN = Assay(
    _BY_OBSERVABLE["hemoglobin"],
    limit=Number(1.0, 0.5, 2.0, _LIMIT),
    decimals=Number(1, 1, 1, _SHOWN),
    body=Number(2.8, 2.2, 3.0, elsewhere("archpathol1992", "healthy adults in a year", at="abstract")),
    imprecision=Number(1.0, 0.5, 2.0, _COUNTER),
    varies_as="hemoglobin",
)
_RETICULOCYTES = Assay(
    _BY_OBSERVABLE["reticulocyte_count"],
    limit=Number(2.0, 1.0, 10.0, _LIMIT),
    decimals=_WHOLE,
    body=Number(11.0, 5.0, 20.0, assumed("between hemoglobin, which is slow, and white cells, which are fast")),
    imprecision=Number(6.0, 3.0, 15.0, _COUNTER),
    varies_as="reticulocytes",
    counted=Number(8.0, 1.0, 30.0, assumed("a counter looks at about 30 000 of 3.5 x 10^12 red cells/L")),
)


def _subset(observable: str) -> Assay:
    between_days = "of a variance of (13.7 %)^2 between days in CD4 counts of people with HIV; of all subsets: assumed"
    return Assay(
        _BY_OBSERVABLE[observable],
        limit=Number(1.0, 1.0, 5.0, assumed("usual limit of flow cytometry with beads")),
        decimals=_WHOLE,
        body=Number(12.6, 10.0, 25.0, derived(f"85 % {between_days}", key="raboud1995", at="abstract")),
        imprecision=Number(5.3, 3.0, 10.0, derived(f"15 % {between_days}", key="raboud1995", at="abstract")),
        varies_as="lymphocytes",
        counted=Number(10.0, 3.0, 50.0, assumed("about 10 uL of blood are acquired")),
        special=True,
    )


def _share(lineage: Lineage, name: str, *aliases: str) -> Assay:
    error = "so many cells give a standard error of 2 percentage points at 50 %, taken as that of short tandem repeats"
    return Assay(
        Lab(name, measured_share(lineage), PERCENT, 0.0, 100.0, aliases, {PERCENT: 1.0}),
        limit=Number(2.0, 1.0, 5.0, assumed("usual sensitivity of short tandem repeats, for donor and for host cells")),
        decimals=_WHOLE,
        counted=Number(600.0, 200.0, 2000.0, assumed(error)),
        special=True,
    )


CHIMERISM = {
    Lineage.NEUTROPHILS: _share(
        Lineage.NEUTROPHILS, "donor neutrophils", "CD33 chimerism", "CD15 chimerism", "myeloid chimerism"
    ),
    Lineage.T_CELLS: _share(Lineage.T_CELLS, "donor T cells", "CD3 chimerism", "T-cell chimerism"),
    Lineage.B_CELLS: _share(Lineage.B_CELLS, "donor B cells", "CD19 chimerism", "B-cell chimerism"),
    Lineage.NATURAL_KILLER_CELLS: _share(
        Lineage.NATURAL_KILLER_CELLS, "donor NK cells", "CD56 chimerism", "NK-cell chimerism"
    ),
}
COUNTS = (
    NEUTROPHILS,
    WHITE_CELLS,
    _PLATELETS,
    _HEMOGLOBIN,
    _RETICULOCYTES,
    *map(_subset, ("t_cell_count", "cd4_count", "cd8_count", "b_cell_count", "natural_killer_count")),
)
ASSAYS: tuple[Assay, ...] = (*COUNTS, *CHIMERISM.values())

# With few white cells neutrophils are a share of the cells that somebody looks at, not of thousands in a counter.
DIFFERENTIAL = Number(100.0, 50.0, 200.0, assumed("cells of a differential by eye, by convention"))
BY_EYE_BELOW = Number(1.0, 0.5, 2.0, assumed("white cells, 10^9/L; counters flag such differentials"))


def laboratory_rows() -> tuple[Row, ...]:
    """Every number that measured values rest on."""
    rows = [row for assay in ASSAYS for row in assay.rows()]
    rows.append(row_of("cells of a differential by eye", DIFFERENTIAL, ""))
    rows.append(row_of("white cells below which a differential is by eye", BY_EYE_BELOW, "10^9/L"))
    return tuple(rows)
