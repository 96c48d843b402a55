"""The commands, one file each; `bot/cli.py` loads a file only when its command is called."""
