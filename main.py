"""What the platform starts: `uvicorn main:app`."""

from jamhot.app import create_app
from jamhot.errors import SettingsError

try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(f"jamhot: {error.message}") from None
