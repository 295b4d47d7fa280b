"""A rehearsal city and the machine that walks in it: no part of it ever touches the city of this environment."""
