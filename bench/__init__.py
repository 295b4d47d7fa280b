"""What the house promises about speed and memory, measured: each module is one bench, `tongban bench NAME` runs it.

A bench has a docstring whose first line says what it measures, and `run(quick) -> Iterator[Result]`. A result carries
its goal, so that a figure is never read without it, and the machine and settings, so that it can be found again.
"""
