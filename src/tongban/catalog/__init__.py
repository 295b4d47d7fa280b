"""What can be done, and what does it take? Definitions read from packs, checked, and compiled to frozen objects."""
