"""Organs of acute graft-versus-host disease: how one injury is shared by skin, gut and liver."""

from __future__ import annotations

from marrow.biology.declared import pure
from marrow.language import Module, Needs, derived, offers
from marrow.units import dimensionless
from marrow.vocabulary import GVHD_INJURY, GVHD_OF_GUT, GVHD_OF_LIVER, GVHD_OF_SKIN


class AcuteGvhdOrgans(Module):
    """Shares of skin, gut and liver in the injury by donor T cells.

    Assumes that each patient's organs are differently open to it, for as long as it lasts, and that this alone divides
    the injury. Nothing else follows from it: onset, worsening and death are those of the whole injury.
    Leaves out the order in which organs are struck, upper gut, conditioning's part in the gut, treatment by organ.
    Should show skin in four of five patients, gut in half, liver in one of five.
    """

    injury = Needs(GVHD_INJURY)
    of_skin = pure("how open the skin is to donor T cells, relative", 1.0, 0.7, 1.4, "a definition", 0.8)
    of_gut = pure("how open the gut is, relative to skin", 0.45, 0.2, 1.0, "in about half of patients", 1.0)
    of_liver = pure("how open the liver is, relative to skin", 0.15, 0.05, 0.4, "in a fifth of patients or fewer", 1.0)

    @derived("all organs together", dimensionless)
    def together(self):
        return self.of_skin + self.of_gut + self.of_liver

    @offers(GVHD_OF_SKIN)
    def skin(self):
        return self.injury * self.of_skin / self.together

    @offers(GVHD_OF_GUT)
    def gut(self):
        return self.injury * self.of_gut / self.together

    @offers(GVHD_OF_LIVER)
    def liver(self):
        return self.injury * self.of_liver / self.together
