"""The record: what is known, who said so, what was decided, who looked. All SQL of the project is on this floor."""
