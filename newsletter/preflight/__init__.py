"""The checks that an issue passes before it leaves: each a pure function over a Subject, told as Findings."""
