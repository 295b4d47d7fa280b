"""A pack with a fault in each service but one."""
