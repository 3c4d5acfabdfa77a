"""How a clinic reads a course: engraftment, nadir, transfusion, chimerism. NumPy only, N patients at once."""
