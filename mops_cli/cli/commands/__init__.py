"""One file per command, named as the command. Each is imported when it is called."""
