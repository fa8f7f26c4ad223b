"""Fruits, profiles and recipes: what they are, how they are matched and searched, which rules they keep."""
