"""A day on which everything fails that can, and the reckoning in the evening."""
