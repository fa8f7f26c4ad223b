"""What the platform starts: `uvicorn main:app`."""

from jamhot.errors import SettingsError
from jamhot.operations.memory import collector_at_rest

with collector_at_rest():
    from jamhot.app import create_app

    try:
        app = create_app()
    except SettingsError as error:
        raise SystemExit(f"jamhot: {error.message}") from None
