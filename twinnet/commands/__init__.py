"""The commands: parse what was typed, call a verb of the workspace, print what it says. No logic."""
