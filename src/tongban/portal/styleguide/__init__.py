"""Every component in every state, shown at /styleguide in demonstration mode; the only home of invented data."""
