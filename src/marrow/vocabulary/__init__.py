"""The shared vocabulary: what modules may need and offer, and what is known of a patient.

A ``Port`` is a quantity with a name, a unit and a rule for several offers. An ``Observable`` is a port that a course
records. A ``Known`` is a covariate: a number that the plan gives. Wiring is by identity of these objects.
"""

from marrow.vocabulary.drug_effects import *
from marrow.vocabulary.immunity import *
from marrow.vocabulary.kinds import *
from marrow.vocabulary.known import *
from marrow.vocabulary.observables import *
from marrow.vocabulary.outcome import *
from marrow.vocabulary.tissues import *
