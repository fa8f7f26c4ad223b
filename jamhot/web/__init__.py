"""HTTP in pages: routes, templates, static files. Nothing is decided here."""
