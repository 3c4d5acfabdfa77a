"""Estimators of event times, one in each file. Many samples are analysed at once: arrays (R samples, N patients)."""
