"""Judge what a learner wrote: a part of a network, or the answer to an exercise.

Read the files in this order. For both: mistake (the exception of a wrong answer),
timeout (a limit to a call), compare (one tolerance, and hints about shapes),
common_mistakes (a factor, a sign, a transpose), finite_differences (measured slopes),
call_contract (the contract of every call), slope_diagnosis (what is wrong with a
gradient). Parts: fixtures (random inputs of a layer), layer_contract (the calls of a
layer), check_layer, check_loss, check_optimizer, check_schedule, check_gradient (one
check each). Exercises: source (a function as text), known_mistakes (catalogues),
sandbox (safe calls), diagnose (the mistake in an answer), feedback (cards),
learner_seed (numbers for each learner), answer_formats (order, fill, write),
exercise (an exercise), curve_laws (laws of an activation and its slope), answer_parts
(answers as parts of a network).
"""
