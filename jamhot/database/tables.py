"""What the schema consists of, by what a dump and a restore do with it. A test compares it with the migrations."""

from __future__ import annotations

CATALOGUE = (
    "fruits", "profiles", "recipes", "recipe_fruits", "recipe_sources", "recipe_variants", "catalog_version",
)  # fmt: skip
"""Tables that a dump carries and a restore replaces, parents before children."""
KEPT = ("feedback", "model_parts", "models")
"""Tables of this database alone: in no dump, and left as they are by a restore. They refer to none of the catalogue;
what refers stands before what it refers to."""
VIEWS = ("coverage",)
FUNCTIONS = ("recipe_has_primary_fruit",)
REVISION = "alembic_version"
