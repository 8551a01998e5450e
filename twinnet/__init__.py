"""twinnet."""
