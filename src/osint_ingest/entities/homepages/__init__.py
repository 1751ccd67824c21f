"""Which site is an entity's own: from notes, links, hosts and accounts."""
