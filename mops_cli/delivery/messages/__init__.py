"""From an artifact of dist/ and a person to the bytes that a provider takes."""
