"""A model as a second reader (第二读者): its opinion stands beside the rule's, and changes nothing."""
