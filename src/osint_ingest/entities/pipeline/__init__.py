"""A spaCy pipeline of named components that finds names in passages of policy text (see `config.cfg`)."""
