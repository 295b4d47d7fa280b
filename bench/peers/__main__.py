"""`python -m bench.peers`; the runner stands apart because the processes that it begins must find it by its name."""

from __future__ import annotations

from bench.peers.runner import main

main()
