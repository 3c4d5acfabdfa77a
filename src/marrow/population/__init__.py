"""Who the virtual patients are."""
