"""Questions about watch lists (名单问答): hits, why they were cleared, and who was screened against which version."""
