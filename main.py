"""What the platform starts: `uvicorn main:app`."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jamhot.errors import SettingsError
from jamhot.operations.connections import allow_many_files, close_the_silent
from jamhot.operations.memory import collector_at_rest

# Here and not in the app: these concern the whole process, which is ours alone only here.
allow_many_files()
close_the_silent(HttpToolsProtocol)
with collector_at_rest():
    from jamhot.app import create_app

    try:
        app = create_app()
    except SettingsError as error:
        raise SystemExit(f"jamhot: {error.message}") from None
