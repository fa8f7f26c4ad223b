"""Pages from the web, politely: what is asked, when, how often, when to stay away. Nothing here knows of recipes."""
