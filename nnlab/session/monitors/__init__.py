"""Measurements made in the background of a run, a little at a time.

Read the files in this order: time_budget (how long a measurement may take), backfill
(measuring at many past steps), loss_maps (maps of the loss around a path).
"""
