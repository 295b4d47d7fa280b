"""The operators' door: `tongban …`. Each command group is a module here that offers `register(app)`."""
