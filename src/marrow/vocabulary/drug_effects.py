"""What drugs and radiation do to tissues."""

from __future__ import annotations

from marrow import units as u
from marrow.units import dimensionless
from marrow.vocabulary.kinds import CellClass, Combine, Group, Observable, Port, PortFamily

CYTOTOXICITY = PortFamily("cytotoxicity", 1 / u.day, "death rate caused by drugs and radiation", CellClass, Combine.SUM)
PLASMA_G_CSF_INPUT = Port(
    "plasma_g_csf_input", u.ng / u.day, "G-CSF entering plasma from an injection", combine=Combine.SUM
)
FLUDARABINE_GIVEN = Port(
    "fludarabine_given", dimensionless, "1 when the plan has fludarabine, else 0", combine=Combine.SUM
)
G_CSF_AGONIST = Port(
    "g_csf_agonist",
    u.pg / u.mL,
    "drugs other than filgrastim on G-CSF receptors, as the filgrastim that would occupy as many",
    combine=Combine.SUM,
)
TPO_AGONIST = Port(
    "tpo_agonist", u.pg / u.mL, "drugs on its receptors, as thrombopoietin of equal effect", combine=Combine.SUM
)
EPO_INJECTED = Port("epo_injected", u.IU / u.L, "epoetin in serum, beside the patient's own", combine=Combine.SUM)
T_CELL_ACTIVATION = Observable(
    "t_cell_activation",
    dimensionless,
    "activation of T cells that drugs leave (calcineurin), 1 without drugs",
    combine=Combine.PRODUCT,
    floor=1e-3,
    group=Group.DRUGS,
)
T_CELL_PROLIFERATION = Observable(
    "t_cell_proliferation",
    dimensionless,
    "division of activated T cells that drugs leave, 1 without drugs",
    combine=Combine.PRODUCT,
    floor=1e-3,
    group=Group.DRUGS,
)
T_CELL_COSTIMULATION = Observable(
    "t_cell_costimulation",
    dimensionless,
    "costimulation of alloreactive T cells that drugs leave, 1 without drugs",
    combine=Combine.PRODUCT,
    floor=1e-3,
    group=Group.DRUGS,
)
MTOR_INHIBITION = Port("mtor_inhibition", dimensionless, "effect of sirolimus, 1 at its most", combine=Combine.SUM)
UROTHELIAL_INJURY = Port(
    "urothelial_injury", 1 / u.day, "injury of the urothelium, 1 by 100 mg/kg of cyclophosphamide", combine=Combine.SUM
)
RADIATION_ABSORBED = Port(
    "radiation_absorbed", u.Gy, "total body irradiation so far, for late effects", combine=Combine.SUM
)
FAT_FREE_MASS = Port("fat_free_mass", u.kg, "fat-free mass, the body size that several drugs' clearances follow")
