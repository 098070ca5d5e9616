"""The message as a tree, and its renderings into HTML and chat markup."""
