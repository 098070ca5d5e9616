"""Templates in two stages: ``[[ ]]`` while building, ``{{ }}`` for each recipient."""
