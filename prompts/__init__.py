"""Every phrase for people and every instruction for models, as files with a name, a version and a language."""
