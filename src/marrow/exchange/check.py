"""Whether an SBML text is valid, by libSBML's own checker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import libsbml


class Severity(Enum):
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing the checker found; ``code`` is the number of the rule in the SBML specification or of libSBML."""

    severity: Severity
    code: int
    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.severity.value} {self.code}: {self.message}"


def check_sbml(text: str) -> list[Finding]:
    """Every error and warning of libSBML's reader and of all its consistency checks (units included), in order."""
    document = libsbml.readSBMLFromString(text)
    document.checkConsistency()
    found: list[Finding] = []
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        severity = error.getSeverity()
        if severity == libsbml.LIBSBML_SEV_INFO:
            continue
        kind = Severity.WARNING if severity == libsbml.LIBSBML_SEV_WARNING else Severity.ERROR
        found.append(Finding(kind, error.getErrorId(), error.getLine(), " ".join(error.getMessage().split())))
    return found


def errors_only(findings: list[Finding]) -> list[Finding]:
    """What makes the text invalid."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
