"""How a disease and its treatment leave a patient on the first day: one table.

Nothing in it was read in a paper: every number is assumed, from what clinicians usually see. Hemoglobin of AML in
remission before a transplant is 9.5 to 11 g/dL, of myeloma about 11. Spread between patients is in
``biology.prior_therapy``; a patient's own counts in the plan stand above the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from marrow.clinic.disease import Control, Diagnosis, Disease
from marrow.sources import Source, assumed

SOURCE: Source = assumed("usual findings before transplants; no series was read for this table")


@dataclass(frozen=True)
class Start:
    """Counts: ``hemoglobin`` g/dL, ``platelets`` and ``neutrophils`` 10^9/L; 0: as in health.

    Shares of health: ``stem`` cells, ``marrow`` (progenitors and precursors), ``t_cells`` (with NK cells), ``b_cells``,
    ``outside_spleen`` (platelets that circulate). ``stroma``: share that is damaged.
    """

    hemoglobin: float = 0.0
    platelets: float = 0.0
    neutrophils: float = 0.0
    stem: float = 1.0
    marrow: float = 1.0
    stroma: float = 0.0
    t_cells: float = 1.0
    b_cells: float = 1.0
    outside_spleen: float = 1.0


HEALTHY = Start()
_F, _L, _A = Control.FIRST, Control.LATER, Control.ACTIVE

_LYMPHOMA = {  # anti-CD20 antibodies: B cells
    _F: Start(11.5, 180, 3.0, 0.50, 0.85, 0.08, 0.60, 0.05, 1.0),
    _L: Start(11.0, 160, 2.8, 0.40, 0.75, 0.12, 0.50, 0.05, 0.95),
    _A: Start(10.2, 130, 2.5, 0.35, 0.60, 0.14, 0.45, 0.05, 0.90),
}
TABLE: dict[Diagnosis, dict[Control, Start]] = {
    #          Hb   plt  ANC  stem  marrow stroma T   B    spleen
    Diagnosis.AML: {  # two to four courses of cytarabine; active: crowded out by blasts
        _F: Start(10.2, 150, 2.5, 0.50, 0.80, 0.08, 0.60, 0.30, 1.0),
        _L: Start(9.8, 120, 2.2, 0.35, 0.70, 0.12, 0.50, 0.25, 1.0),
        _A: Start(8.8, 45, 0.8, 0.30, 0.20, 0.12, 0.50, 0.30, 1.0),
    },
    Diagnosis.ALL: {  # longer treatment, steroids and radiation: lymphocytes
        _F: Start(10.4, 170, 2.5, 0.50, 0.80, 0.08, 0.35, 0.10, 1.0),
        _L: Start(9.9, 130, 2.2, 0.35, 0.70, 0.14, 0.30, 0.05, 1.0),
        _A: Start(9.0, 60, 1.0, 0.30, 0.20, 0.14, 0.30, 0.10, 1.0),
    },
    Diagnosis.MDS: {  # ineffective hematopoiesis; few were given chemotherapy
        _F: Start(9.2, 85, 1.3, 0.30, 0.50, 0.05, 0.80, 0.60, 1.0),
        _L: Start(9.0, 80, 1.2, 0.25, 0.45, 0.08, 0.70, 0.50, 1.0),
        _A: Start(8.6, 55, 0.9, 0.20, 0.30, 0.08, 0.70, 0.50, 1.0),
    },
    Diagnosis.CML: {
        _F: Start(12.0, 230, 3.5, 0.70, 1.00, 0.02, 0.80, 0.70, 0.95),
        _L: Start(10.8, 150, 2.5, 0.50, 0.80, 0.08, 0.60, 0.50, 0.90),
        _A: Start(9.5, 90, 2.0, 0.30, 0.40, 0.10, 0.60, 0.50, 0.75),
    },
    Diagnosis.CLL: {
        _F: Start(11.5, 140, 2.5, 0.50, 0.80, 0.06, 0.50, 0.20, 0.95),
        _L: Start(10.8, 110, 2.0, 0.40, 0.60, 0.10, 0.40, 0.30, 0.85),
        _A: Start(9.8, 80, 1.5, 0.35, 0.40, 0.10, 0.40, 0.50, 0.75),
    },
    Diagnosis.HODGKIN: {
        _F: Start(11.5, 200, 3.2, 0.50, 0.90, 0.10, 0.60, 0.50, 1.0),
        _L: Start(11.0, 180, 3.0, 0.40, 0.80, 0.14, 0.50, 0.40, 1.0),
        _A: Start(10.2, 170, 3.0, 0.35, 0.70, 0.16, 0.45, 0.40, 1.0),
    },
    Diagnosis.LYMPHOMA: _LYMPHOMA,
    Diagnosis.FOLLICULAR: _LYMPHOMA,
    Diagnosis.MYELOMA: {
        _F: Start(11.3, 190, 3.0, 0.70, 0.90, 0.05, 0.60, 0.50, 1.0),
        _L: Start(10.8, 170, 2.7, 0.60, 0.80, 0.08, 0.55, 0.40, 1.0),
        _A: Start(9.8, 130, 2.3, 0.45, 0.60, 0.12, 0.50, 0.40, 1.0),
    },
    Diagnosis.MYELOFIBROSIS: {  # fibrosis and a large spleen at every stage
        _F: Start(9.3, 150, 4.0, 0.40, 0.60, 0.25, 0.90, 0.80, 0.50),
        _L: Start(9.0, 120, 3.5, 0.40, 0.50, 0.25, 0.90, 0.80, 0.45),
        _A: Start(8.6, 70, 3.0, 0.30, 0.30, 0.30, 0.80, 0.70, 0.40),
    },
    Diagnosis.APLASTIC_ANEMIA: dict.fromkeys((_F, _L, _A), Start(7.9, 18, 0.5, 0.02, 0.03, 0.05, 0.80, 0.70, 1.0)),
    Diagnosis.SICKLE_CELL: dict.fromkeys((_F, _L, _A), Start(9.2, 350, 4.5, 1.0, 1.0, 0.05, 1.0, 1.0, 1.0)),
    Diagnosis.THALASSEMIA: dict.fromkeys((_F, _L, _A), Start(9.6, 250, 3.5, 1.0, 1.0, 0.05, 1.0, 1.0, 0.85)),
    Diagnosis.INBORN_ERROR: dict.fromkeys((_F, _L, _A), Start(11.3, 250, 2.8, 1.0, 1.0, 0.0, 0.40, 0.50, 1.0)),
    Diagnosis.OTHER: dict.fromkeys((_F, _L, _A), HEALTHY),
}


def start_of(disease: Disease | None) -> Start:
    """What is usual for a disease; a stage that is not said counts as first remission."""
    if disease is None:
        return HEALTHY
    control = _F if disease.control is Control.UNSAID else disease.control
    return TABLE[disease.diagnosis][control]
