"""What was measured, kept in a file and told on a page: `measured` is the file, `page` and `charts` tell it."""
