"""What is measured beside each other on one server, each in a module of its own: `contestant(city)` begins it."""
