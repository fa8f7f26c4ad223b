"""The scraper: discover → fetch → store → extract → structure → judge → load. Never imported by the service."""
