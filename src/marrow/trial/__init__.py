"""Trials of virtual patients, and the statistics that they and real ones are read with."""
