"""When steroids fail: what a ward waits for before it adds a second drug against graft-versus-host disease."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, nothing, offers, reaction
from marrow.language.math import hill, saturate
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import CHRONIC_GVHD, GVHD_INJURY, STEROIDS, STEROIDS_FAIL


def _level(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    return Parameter(label, value * dimensionless, plausible=(low, high), source=assumed(note))


def _days(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    return Parameter(label, value * day, plausible=(low, high), source=assumed(note))


class SteroidFailure(Module, abstract=True):
    """The half of a second-line drug that tells when it is needed; the other half says what it does.

    Assumes that days of active disease under steroids add up and are forgotten over a month; that a second line is
    called for after about a week of them in acute disease and a month in moderate or severe chronic disease, and goes
    on for some weeks after the disease has answered. It belongs to the drug, so that only plans with one carry it.
    Leaves out progression within three days, dependence on steroids as such, the judgement of organs.
    Should show no call in patients whose injury halves within a week, and one on about day 8 where it does not.
    """

    acute_to_treat = Needs(GVHD_INJURY)
    chronic_to_treat = Needs(CHRONIC_GVHD)
    first_line = Needs(STEROIDS)

    failing = State("disease that steroids do not control, 1: enough of it", dimensionless, rest=0, typical=1)
    need = State("call for a second line", dimensionless, rest=0, typical=0.5)

    active_injury = _level("injury that counts half as active", 0.25, 0.15, 0.4, "of 0.35 at onset: not yet halved")
    active_chronic = _level(
        "chronic activity that counts half as active", 0.6, 0.4, 0.9, "moderate to severe: trials asked for it"
    )
    chronic_weight = _level(
        "a day of active chronic disease, relative to one of acute", 0.5, 0.2, 0.8, "four weeks, not one, are waited"
    )
    treated = _level("steroids that count half as treatment", 0.05, 0.02, 0.15, "0.1 mg/kg of prednisone")
    patience = _days("days after which a second line is called for", 8.0, 5.0, 14.0, "no better after seven days")
    forgetting = _days("time in which such days are forgotten", 30.0, 14.0, 60.0, "a flare a month later is a new one")
    calling = _days("time from failure to the order", 2.0, 0.5, 4.0, "it is confirmed and discussed")
    going_on = _days(
        "time in which the call fades once the disease has answered", 120.0, 60.0, 240.0, "half a year, then tapered"
    )

    @reaction(nothing, failing)
    def disease_goes_on(self):
        """Days of active disease under steroids add up."""
        acute = hill(self.acute_to_treat, self.active_injury, 4)
        chronic = self.chronic_weight * hill(self.chronic_to_treat, self.active_chronic, 6)
        return saturate(self.first_line, self.treated) * (acute + chronic) / self.patience

    @reaction(failing, nothing)
    def days_are_forgotten(self):
        """They are forgotten."""
        return self.failing / self.forgetting

    @reaction(nothing, need)
    def is_called_for(self):
        """A second line is called for."""
        return hill(self.failing, 1, 12) * (1 - self.need) / self.calling

    @reaction(need, nothing)
    def call_fades(self):
        """The call fades: the second line is tapered."""
        return self.need / self.going_on

    @offers(STEROIDS_FAIL)
    def fail(self):
        return self.need
