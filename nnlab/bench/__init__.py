"""How quick the engine is, beside others that do the same."""
