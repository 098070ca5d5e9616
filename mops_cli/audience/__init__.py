"""People: contacts and their import, consent, suppression, and who is written to."""
