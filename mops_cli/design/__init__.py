"""Tokens, colours, contrast, fonts, pictures and pages: how a brand looks, as pure functions."""
