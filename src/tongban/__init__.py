"""Tongban (通办): a build system for public services. Say what you need once; the city does the rest."""
