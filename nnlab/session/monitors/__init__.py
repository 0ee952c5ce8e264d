"""What is measured beside a run while it goes on, a little at a time.

Read the files in this order: time_budget (for how long one may measure now), backfill
(what can be measured at one moment, at many past ones), loss_maps (of the loss around a
path).
"""
