"""Laboratory values as a clinic gets them: taken on some days, with variation, limits and rounding, in a table."""
