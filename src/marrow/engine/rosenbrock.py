"""The integration method: ROS3, a linearly implicit Runge-Kutta method of order 3, stable for stiff systems.

Coefficients from Sandu et al., Atmos. Environ. 31 (1997) 3459, doi:10.1016/S1352-2310(97)83212-8 (as in the Kinetic PreProcessor), in the form
that solves (1/(h g) I - J) k_i = F(y + sum A_ij k_j) + sum C_ij/h k_j and sets y_new = y + sum M_i k_i, error = sum E_i k_i.
The second and third stage share one evaluation of F.

Between steps y(t + s h) = y + sum M_i(s) k_i, cubic in s: second order for all, third for linear systems, exact at both ends.
"""

from __future__ import annotations

import numpy as np

GAMMA = 0.43586652150845899941601945119356
A21 = 1.0
C21 = -1.0156171083877702091975600115545
C31 = 4.0759956452537699824805835358067
C32 = 9.2076794298330791242156818474003
M = (1.0, 6.1697947043828245592553615689730, -0.4277225654321857332623837380651)
E = (0.5, -2.9079558716805469821718236208017, 0.2235406989781156962736090927619)
ORDER = 3


def dense_output() -> np.ndarray:
    """D (3, 3): M_i(s) = D[i, 0] s + D[i, 1] s^2 + D[i, 2] s^3."""
    inverse_gamma = np.diag([1 / GAMMA] * 3) - np.array([[0, 0, 0], [C21, 0, 0], [C31, C32, 0]])
    gamma = np.linalg.inv(inverse_gamma)
    beta = np.array([[0, 0, 0], [A21, 0, 0], [A21, 0, 0]]) @ gamma + gamma
    once = beta.sum(axis=1)
    conditions = np.array([np.ones(3), once, beta @ once])  # sum b = s, sum b beta = s^2/2, sum b beta beta = s^3/6
    weights = np.linalg.solve(conditions, np.diag([1, 1 / 2, 1 / 6]))
    return inverse_gamma.T @ weights


DENSE = dense_output()
