"""The public pages of the own list: sign-up, unsubscribe, preferences, issues online and reports of mail services."""
