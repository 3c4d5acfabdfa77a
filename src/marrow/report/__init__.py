"""What a run is told as: the HTML report, the summary in the terminal, the comparison of two runs."""
