"""The colleague: talks, checks, decides with people, warns."""
