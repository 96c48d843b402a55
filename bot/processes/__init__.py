"""The two processes of a running house: the gateway receives and sends, the worker works.

Both may be killed at any line. What they had in hand stands in the inbox, the job queue or the outbox, and
the next life goes on with it.
"""
