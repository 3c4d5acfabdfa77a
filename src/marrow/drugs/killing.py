"""What drugs that kill in proportion to their concentration share: one e-fold exposure for each class of cells."""

from __future__ import annotations

from marrow.language import Module, offers
from marrow.vocabulary import CYTOTOXICITY, CellClass


class KillsByExposure(Module, abstract=True):
    """The half of a drug that kills; the other half declares ``sensitivity``, an exposure that leaves 1/e of each class
    of cells, and ``concentration()``.

    Assumes that cells die in proportion to concentration, so that the logarithm of survival is exposure over an e-fold
    exposure. One sensitivity a patient multiplies all potencies. Leaves out the cell cycle.
    """

    def killing_concentration(self):
        return self.concentration()

    def death_rate(self, e_fold_exposure):
        return self.sensitivity * self.killing_concentration() / e_fold_exposure

    @offers(CYTOTOXICITY[CellClass.LONG_TERM_STEM])
    def kills_stem_cells(self):
        return self.death_rate(self.stem_cell_exposure)

    @offers(CYTOTOXICITY[CellClass.EARLY_PROGENITOR])
    def kills_early_progenitors(self):
        return self.death_rate(self.early_progenitor_exposure)

    @offers(CYTOTOXICITY[CellClass.DIVIDING])
    def kills_dividing_cells(self):
        return self.death_rate(self.dividing_exposure)

    @offers(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    def kills_lymphocytes(self):
        return self.death_rate(self.lymphocyte_exposure)

    @offers(CYTOTOXICITY[CellClass.MUCOSA])
    def kills_mucosa(self):
        return self.death_rate(self.mucosa_exposure)

    @offers(CYTOTOXICITY[CellClass.MALIGNANT])
    def kills_malignant_cells(self):
        return self.death_rate(self.malignant_exposure)

    @offers(CYTOTOXICITY[CellClass.ENDOTHELIUM])
    def injures_vessels(self):
        return self.death_rate(self.vessel_exposure)


class KillsStromaByExposure(KillsByExposure, abstract=True):
    """The same for a drug that also harms marrow stroma (``stroma_exposure``)."""

    @offers(CYTOTOXICITY[CellClass.STROMA])
    def kills_stroma(self):
        return self.death_rate(self.stroma_exposure)
