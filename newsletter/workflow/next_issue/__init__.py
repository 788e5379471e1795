"""Draft the next issue from the last one."""
