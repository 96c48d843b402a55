"""Documents, sheets and pictures for people (报告): made from finished answers and checks, never from the store."""
