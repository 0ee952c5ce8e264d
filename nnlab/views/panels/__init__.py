"""Words, numbers and formulas as views show them."""
