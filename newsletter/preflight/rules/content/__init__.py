"""Checks of what is told: taken over from past issues, told twice, miscounted, or never meant for readers."""
