"""What the rows of a dossier amount to (客户档案解读), for replies, checks, alerts and questions over the portfolio."""
