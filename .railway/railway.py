"""The project on Railway: a service and its PostgreSQL. Read by `railway config plan` and `railway config apply`.

It says what `railway.json` says, for services made after the platform stopped reading that file; a test holds the two
together. The source is left out: `railway up` sends this folder, or connect a repository to the service by hand.
"""

from __future__ import annotations

from typing import Any

from railway_sdk import Project, define_railway, postgres, project, service


@define_railway
def main(ctx: Any = None) -> Project:  # noqa: ARG001 (the name is the platform's)
    """Called by the platform's command line; `ctx` tells the environment, and ours are all alike."""
    database = postgres("Postgres")
    web = service(
        "jamhot",
        # A service that slept starts from this image: without it every start would compile our modules anew.
        build={"builder": "RAILPACK", "buildCommand": "python -m compileall -q main.py jamhot scripts || true"},
        start="uvicorn main:app --host 0.0.0.0 --port $PORT",
        preDeploy="python scripts/run_migrations.py && python scripts/populate_database.py",
        healthcheck="/api/health",
        healthcheckTimeout=300,
        deploy={
            "restartPolicyType": "ON_FAILURE",
            "restartPolicyMaxRetries": 10,
            "drainingSeconds": 30,
            "sleepApplication": True,
        },
        env={
            "DATABASE_URL": database.env.DATABASE_URL,
            # The edge keeps idle connections for 60 s; ours must not be closed first, or it answers 502.
            "UVICORN_TIMEOUT_KEEP_ALIVE": "65",
            "RAILWAY_DEPLOYMENT_DRAINING_SECONDS": "30",
        },
    )
    return project("jamhot", resources=[database, web])
