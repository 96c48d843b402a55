"""The same colleague with a model (模型代理): it chooses tools, reads and phrases; code decides what may be said."""
