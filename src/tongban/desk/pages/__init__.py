"""The pages of staff, one module for each kind of work."""
