"""What is measured beside a run while it goes on, a little at a time.

Read the files in this order: credit (for how long one may measure now), past (what can
be measured at one moment, at many past ones), maps (of the loss around a path).
"""
