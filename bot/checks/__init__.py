"""The background check (客户背调): one file a check, each a pure function of a dossier and the policy."""
