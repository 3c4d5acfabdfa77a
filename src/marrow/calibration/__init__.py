"""Published figures, what marrow gives for the same arms, and the rule that scores the difference."""
