"""From a repository to ``dist/``: what must be built, by whom, and what is written where."""
