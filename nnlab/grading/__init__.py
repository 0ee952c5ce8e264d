"""Judge what a learner wrote: a part of a network, or the answer to an exercise.

Read the files in this order. Common to both: mistake (the exception of a wrong answer),
timeout (a limit to a call), compare (one tolerance, and hints about shapes),
common_mistakes (a factor, a sign, a transpose), finite_differences (measured slopes),
call_contract (what every call keeps to), slope_diagnosis (the mistake in a gradient).
Parts: fixtures (random inputs of a layer), layer_contract (what a layer keeps to),
check_layer (all checks of a layer), check_loss (of a loss), check_optimizer (of an
optimizer), check_schedule (of a schedule), check_gradient (a gradient alone).
Exercises: source (a function as text), known_mistakes (catalogues), sandbox (safe
calls), diagnose (the mistake in an answer), feedback (cards), learner_seed (numbers for
each learner), progress (what was done), answer_formats (order, fill, write), exercise
(an exercise), curve_laws (laws of an activation and its slope).
"""
