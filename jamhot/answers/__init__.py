"""What the service says: joins a verdict with profile, recipes and warnings.

The one room that knows vision and catalog at once.
"""
