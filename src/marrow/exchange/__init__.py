"""In and out: the composed model as SBML, for other programs to solve."""
