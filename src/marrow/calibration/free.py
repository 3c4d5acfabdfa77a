"""Which numbers are fitted, what product of numbers each stands for, and which figures they are not fitted to.

Counts cannot tell the factors of a product apart. Of each product all factors but one stay at their declared values,
and the one that is left is fitted: its value then stands for the whole product.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from marrow.calibration.fit import Prior
from marrow.errors import RunError
from marrow.parameter_file import declared_numbers
from marrow.units import unit_text


@dataclass(frozen=True)
class Free:
    """A number by name, and the ``lump`` it stands for."""

    name: str
    lump: str


FREE: tuple[Free, ...] = (  # homing and the composition of blood grafts stay as declared; growth stands for the product
    Free("progenitors.myeloid_division_when_empty", "homing x myeloid progenitors in a graft x their growth"),
    Free("progenitors.granulocyte_division_when_empty", "speed of the neutrophil line in an empty marrow"),
    Free("progenitors.granulocyte_renewal_when_empty", "how steeply neutrophils rise"),
    Free("progenitors.erythroid_division_when_empty", "homing x MEP in a graft x their growth"),
    Free("progenitors.platelet_share", "health's megakaryocyte progenitors, against which those of a graft count"),
    Free("graft_cells.marrow_myeloid", "marrow against blood: myeloid progenitors x their growth"),
    Free("graft_cells.marrow_megakaryocyte", "marrow against blood: megakaryocyte progenitors x their gain"),
    Free("graft_cells.cord_myeloid", "cord against blood: myeloid progenitors x their growth"),
    Free("platelets.megakaryoblast_rate", "from megakaryoblast to platelet: transit x response to thrombopoietin"),
    Free("platelets.worse_with_damage", "loss of platelets in the first two weeks"),
    Free("neutrophils.more_cells", "G-CSF: divisions x faster maturation x release"),
    Free("neutrophils.mitotic_time", "transit of neutrophils"),
    Free("neutrophils.drawn_out", "loss of neutrophils in the first two weeks"),
    Free("niche.growth_loss", "depth of stromal damage x what it does to division and shedding"),
    Free("niche.by_alloreactivity", "alloreactive cells x what they do to platelets"),
    Free("niche.by_gvhd", "injury by graft-versus-host disease x what it does to platelets"),
    Free("niche.by_chronic", "chronic disease x what it does to platelets"),
    Free("graft_cells.cord_spread", "how much cord units differ"),
    Free("graft_cells.least_of_cord", "cord units that do not take"),
    Free("tcells.memory_cd4_division", "T cells of a graft x their growth in an empty body"),
    Free("tcells.held_back", "the same under calcineurin inhibitors"),
    Free("fludarabine.dividing_exposure", "fludarabine: kill of dividing cells"),
    Free("methotrexate.kill_of_dividing", "methotrexate: kill x time above its level of effect"),
)

FREE_GVHD: tuple[Free, ...] = (
    Free("alloimmunity.of_graft", "alloreactive share of a graft x their growth"),
    Free("alloimmunity.if_cord", "cord against other grafts: alloreactive share of its cells"),
    Free("alloimmunity.if_unrelated", "unrelated against sibling donors: alloreactive share"),
    Free("alloimmunity.per_mismatch", "mismatches: alloreactive share"),
    Free("alloimmunity.regulatory_killed", "globulins and cyclophosphamide: regulatory cells that they leave"),
    Free("alloimmunity.unarmed", "sirolimus: alloreactive cells that become effectors"),
    Free("alloimmunity.impairing", "cyclophosphamide after the graft: chronic disease of cells that live on"),
    Free("rabbit_antithymocyte_globulin.lethal_exposure", "globulins: alloreactive cells that they leave"),
    Free("cyclophosphamide.dividing_lymphocyte_exposure", "cyclophosphamide after the graft: kill x share in division"),
    Free("acute_gvhd.onset", "alloreactive cells x acute disease that they cause"),
    Free("acute_gvhd.onset_by_year", "later years against earlier: acute disease of any severity"),
    Free("acute_gvhd.half", "few alloreactive cells against many: acute disease"),
    Free("acute_gvhd.by_unrelated", "unrelated against sibling donors: targets of acute disease"),
    Free("acute_gvhd.by_mismatch", "mismatches: targets of acute disease"),
    Free("acute_gvhd.by_age", "children against adults: acute disease"),
    Free("acute_gvhd.injuring", "injury that goes on x treatment of it"),
    Free("acute_gvhd.worsening", "severity of acute disease, once begun"),
    Free("acute_gvhd.by_year", "later years against earlier: severity of acute disease"),
    Free("chronic_gvhd.onset", "alloreactive cells that last x chronic disease that they cause"),
    Free("chronic_gvhd.half", "few alloreactive cells against many: chronic disease"),
    Free("chronic_gvhd.by_acute", "chronic disease after acute disease"),
    Free("chronic_gvhd.by_mismatch", "mismatches: chronic disease"),
    Free("chronic_gvhd.by_age", "children against adults: chronic disease"),
    Free("chronic_gvhd.if_cord", "cord against other grafts: chronic disease"),
    Free("chronic_gvhd.worsening", "severity of chronic disease, once begun"),
    Free("chronic_gvhd.by_year", "later years against earlier: chronic disease"),
)

FREE_OUTCOMES: tuple[Free, ...] = (
    Free("malignancy.share", "malignant cells before conditioning x share that can regrow x depth of kill"),
    Free("malignancy.sensitivity", "depth of kill of malignant cells by any conditioning"),
    Free("malignancy.resistant_share", "how much deeper than a mild a strong conditioning kills"),
    Free("malignancy.resistance", "the same, of resistant cells"),
    Free("malignancy.fewer_in_bulk", "active disease against remission: cells that can regrow"),
    Free("malignancy.bulk", "residual disease that is found against none: cells that can regrow"),
    Free("malignancy.of_children", "children against adults: cells that can regrow"),
    Free("malignancy.asleep", "few malignant cells: growth x killing by donor cells; how late they relapse"),
    Free("malignancy.outgrown", "many malignant cells against few: killing by donor cells"),
    Free("total_body_irradiation.malignant_alpha", "irradiation against drugs: kill of malignant cells"),
    Free("melphalan.malignant_exposure", "melphalan against other drugs: kill of malignant cells"),
    Free("alloimmunity.malignancy_killing", "alloreactive cells x their killing of malignant cells"),
    Free("alloimmunity.malignancy_half", "few alloreactive cells against many: relapse after globulins, as after none"),
    Free("alloimmunity.malignancy_if_cord", "cord against other grafts: killing of malignant cells"),
    Free("natural_killer_effect.killing", "natural killer cells x their killing of malignant cells"),
    Free("rejection.of_host", "host T cells left x alloreactive share of them"),
    Free("rejection.per_mismatch", "mismatches: alloreactive share of host T cells"),
    Free("rejection.if_unrelated", "unrelated against sibling donors: alloreactive share of host T cells"),
    Free("alloimmunity.host_killing", "alloreactive cells x their killing of host blood formation"),
    Free("rejection.if_transfused", "diseases of hemoglobin: alloreactive share of host T cells"),
    Free("death.early_infection", "infections of neutropenia x death of them"),
    Free("death.late_infection", "infections without T cells x death of them"),
    Free("defences.of_cord", "cord against other grafts: infections without T cells"),
    Free("death.by_suppression", "infections under calcineurin inhibitors"),
    Free("death.acute_disease", "injury in acute disease x death of it"),
    Free("death.chronic_disease", "activity of chronic disease x death of it"),
    Free("death.organ_toxicity", "vessel injury by conditioning x death of it"),
    Free("death.after_relapse", "growth of the malignancy x treatment of relapse"),
    Free("death.lasting_excess", "late death of survivors"),
    Free("death.allogeneic_ratio", "death of other causes after allogeneic grafts"),
    Free("death.own_ratio", "the same after own cells"),
    Free("fludarabine.lymphocyte_exposure", "fludarabine: host T cells left x what they reject"),
    Free("busulfan.vessel_exposure", "busulfan against other conditioning: toxicity to organs"),
    Free("frailty.by_stage", "death of complications by stage of disease"),
    Free("frailty.by_center", "centers that report their own patients against trials of many"),
    Free("frailty.of_registry", "registries against trials: patients as a whole"),
    Free("frailty.by_age", "death of complications by age"),
)


class Part(Enum):
    """What is fitted at one time: recovery, then graft-versus-host disease, then relapse, rejection and death with what
    was found. A later part hardly moves an earlier one."""

    RECOVERY = "recovery"
    GVHD = "gvhd"
    OUTCOMES = "outcomes"

    @property
    def free(self) -> tuple[Free, ...]:
        return {Part.RECOVERY: FREE, Part.GVHD: FREE_GVHD, Part.OUTCOMES: FREE_OUTCOMES}[self]

    def why_not(self, kind: str) -> str:
        """Why figures of this kind (first word of the endpoint) are not fitted to in this part; '' if they are."""
        belongs = Part.GVHD if kind in _GVHD else Part.OUTCOMES if kind in _OUTCOMES else Part.RECOVERY
        if belongs is not self:
            return "belongs to another part of the fit"
        return ""


_GVHD = {"agvhd", "cgvhd", "severe"}
_OUTCOMES = {"os", "dfs", "nrm", "relapse", "death", "graft", "primary", "sustained", "mixed", "stable", "complete",
             "grfs", "crfs"}  # fmt: skip


def priors(free: Iterable[Free] = FREE) -> tuple[Prior, ...]:
    """The declared values and ranges. Raises ``RunError`` for a name that no module declares, or without a range."""
    declared = declared_numbers()
    found = []
    for each in free:
        number = declared.get(each.name)
        if number is None:
            raise RunError(f"no module declares the number {each.name!r}")
        low, high = number.plausible
        if not 0 < low < high:
            raise RunError(f"{each.name}: its plausible range {low:g} to {high:g} leaves nothing to fit")
        found.append(Prior(each.name, number.label, unit_text(number.unit), number.value, low, high, each.lump))
    return tuple(found)
