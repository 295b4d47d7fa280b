"""Where every case stands and what may happen next: the machine that decides, and the store that keeps its events."""
