"""Rating: models of distress, and what they say of a customer's statements."""
