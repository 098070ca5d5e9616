"""``python -m mops_cli``: the same as the command ``mops``."""

from mops_cli.cli.main import run

if __name__ == "__main__":
    raise SystemExit(run())
