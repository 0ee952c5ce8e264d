"""A run described: its settings, what they build, and what a run of it gave.

Read the files in this order: fields (the kinds of values), custom_parts (a learner's
parts, checked), answer_parts (answers to exercises as parts of a network), settings
(every field), build (parts of the engine from the settings), source_repr and
return_source (values and functions as text), inactive_fields and consistency (what goes
together), codegen and serialization (a script, JSON), results, experiment (all of it),
merged_parts, sweep (many experiments at once).
"""
