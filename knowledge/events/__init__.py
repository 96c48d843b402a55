"""Risk events (风险事件): the taxonomy in two languages, and the classifier that reads them out of texts."""
