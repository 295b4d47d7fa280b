"""The machine that walks: each night every service and bundle from search to result, in a city of its own."""
