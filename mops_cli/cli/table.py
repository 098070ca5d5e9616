"""The table of commands: what ``mops --help`` lists and completion offers."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("Start", "Build a sample project and open every channel side by side"),
    "init": ("Start", "Start a project in a folder"),
    "new": ("Start", "Add a campaign, segment, block or persona"),
    "doctor": ("Start", "Check that this machine and project are ready"),
    "lint": ("Content", "Find mistakes, each with its line and its cure"),
    "rule": ("Content", "Explain a finding"),
    "build": ("Content", "Make every channel's artifacts in dist/"),
    "ls": ("Content", "List campaigns, channels and artifacts"),
    "contacts": ("People", "Bring people in, look at them, take them out"),
    "consent": ("People", "Record and show what people agreed to"),
    "suppress": ("People", "Never write to an address"),
    "sql": ("People", "Ask the store a question in SQL"),
    "store": ("People", "Back up and restore what is known about people"),
    "segments": ("People", "Ask who is in a segment, how many, and why"),
    "plan": ("Sending", "Show what a send would do, and freeze it"),
    "approve": ("Sending", "Agree to a plan"),
    "send": ("Sending", "Send campaigns: plan, ask, send, account for everybody"),
    "status": ("Sending", "Show sends and how far they are"),
    "stop": ("Sending", "Stop a send, or give it up"),
    "resume": ("Sending", "Go on with sends that were interrupted or stopped"),
    "ledger": ("Sending", "List what came of every recipient"),
    "calendar": ("Sending", "List when campaigns are sent"),
    "run": ("Sending", "Send what is due, for cron"),
    "up": ("Sending", "Run the node that sends, wakes and answers"),
    "worker": ("Sending", "Send for a node that runs elsewhere"),
    "deck": ("Design", "Draw decks, lay out their sources, and check them"),
    "fonts": ("Design", "Add fonts to the brand, and see what draws what on which channel"),
    "config": ("Project", "Show the settings in force and where each comes from"),
    "schema": ("Project", "Write the JSON Schemas that editors complete from"),
}
"""Name -> (heading, one line). The command itself lives in ``cli/commands/<name>.py`` as ``app``."""
