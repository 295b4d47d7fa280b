"""The pack street-music: permits to play in the street."""
