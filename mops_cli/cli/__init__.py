"""The command line: parse, call one use case, render its result, return the exit code."""
