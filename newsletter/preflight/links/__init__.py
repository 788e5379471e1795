"""The links of an issue as they are written: where they stand, how they are taken apart, what was meant."""
