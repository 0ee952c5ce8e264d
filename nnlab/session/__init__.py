"""A run under way: trained, changed, rewound, and taken step by step."""
