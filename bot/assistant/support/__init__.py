"""What a sentence may claim of its sources (来源支持): names, addresses, events, absence, orders, shared words.

The guard looks at figures and at what was read; here are the words. Written for sentences that a model made.
"""
