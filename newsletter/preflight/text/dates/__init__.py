"""Dates and times as people write them in a text: “Friday 1 March”, “March 1st”, “1–8 March”, “13.00”, “half past one”.

Readers here are pure and quick, and would rather miss a date than see one that is none: “May we”, “9 April House” and
“3 April interns” are no dates.
"""
