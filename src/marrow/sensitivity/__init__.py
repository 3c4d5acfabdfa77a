"""Global sensitivity: how much of an outcome's variation each uncertain quantity accounts for."""
