"""Every environment variable: its name, unit, default, and what it changes. `docs/operating.md` repeats the table.

A value that makes no sense stops the start with one line: name, value, what is expected. Addresses of databases hold
passwords: show them only through `jamhot.database.url.log_safe`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from jamhot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
SCRAPE_STORE = ROOT / ".jamhot" / "pages"
SHIPPED_BUNDLE = ROOT / "data" / "trained_model"

MAX_IMAGES = 5
"""Pictures in one request; fixed, because every bound on memory is worked out from it."""


class Settings(BaseSettings):
    """What the environment says, checked once at the start."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True, hide_input_in_errors=False)

    port: int = Field(8000, ge=0, le=65535, description="TCP port that `make run` listens on; 0 takes a free one")
    database_url: str | None = Field(
        None, description="PostgreSQL, postgres:// or postgresql://; without it the shipped content serves"
    )
    database_public_url: str | None = Field(
        None, description="the same database from outside the platform; scripts on a laptop use it"
    )
    model_path: Path = Field(
        SHIPPED_BUNDLE, description="folder of the bundle; a relative path starts at the project's root"
    )
    model_pin: Literal["path"] | None = Field(
        None, description="`path`: never take a published bundle, only the folder at MODEL_PATH"
    )
    model_profile: Literal["free", "paid"] | None = Field(
        None, description="whose published models are taken; unset: paid from 900 MB of memory on, else free"
    )
    model_quantization: bool = Field(
        True, description="true: the int8 network; false: the float one, when the bundle has it"
    )
    image_size: int = Field(
        224, ge=32, le=1024, description="input edge in pixels; when set, a bundle of another size is refused"
    )
    batch_size: int = Field(1, ge=1, le=MAX_IMAGES, description="pictures given to the network in one run")
    confidence_threshold: float = Field(
        0.7, gt=0, lt=1, description="probability from which a fruit is named; a request may ask for another"
    )
    max_image_size: int = Field(
        5_242_880, ge=1024, le=52_428_800, description="bytes of one image, after base64 has been undone"
    )
    max_memory_mb: int = Field(400, ge=64, description="MB in use above which new photos are refused")
    model_memory_mb: int = Field(200, ge=16, description="MB; a bundle measured above it is refused")
    database_memory_mb: int = Field(
        50, ge=1, description="MB for the catalogue in memory; a larger one in the database is not loaded"
    )
    connection_pool_size: int = Field(5, ge=1, le=50, description="most connections to PostgreSQL at once")
    query_cache_size: int = Field(100, ge=0, le=100_000, description="answers and pages kept in memory")
    memory_limit_mb: int | None = Field(
        None, ge=64, description="the container's memory in MB, where no cgroup tells it"
    )
    rate_limit_per_minute: int = Field(120, ge=0, le=100_000, description="photos a client a minute; 0 is off")
    log_format: Literal["text", "json"] | None = Field(
        None, description="text for people, json for machines; json on the platform unless set"
    )
    watchdog: bool = Field(
        True, description="true: a process that hangs starts itself anew; false where a debugger stops it"
    )
    metrics_token: str | None = Field(
        None,
        min_length=16,
        description="word for /metrics from another machine, 16 characters or more; unset: loopback alone",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins that browsers may call the API from, separated by commas"
    )
    scrape_contact: str | None = Field(
        None,
        pattern=r"^[ -~]+$",
        description="mail or web address in the scraper's user agent, where sites can reach you; ASCII",
    )
    scrape_store: Path = Field(
        SCRAPE_STORE, description="folder of the scraper's page store; a relative path starts at the project's root"
    )
    railway_environment: str | None = Field(None, description="set by the platform")
    railway_environment_name: str | None = Field(None, description="set by the platform")
    railway_public_domain: str | None = Field(
        None, description="set by the platform: the host of canonical links, also allowed by CORS"
    )

    @field_validator(
        "database_url", "database_public_url", "railway_public_domain", "scrape_contact", "model_pin", "model_profile",
        "log_format", "memory_limit_mb", "metrics_token", mode="before",
    )  # fmt: skip
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("database_url", "database_public_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in ("postgres", "postgresql"):
            raise ValueError("expected an address that starts with postgresql:// or postgres://")
        return value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
                raise ValueError("expected origins such as https://example.org, separated by commas")
        return tuple(origin.rstrip("/") for origin in value)

    @field_validator("model_path", "scrape_store")
    @classmethod
    def _from_the_root(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @property
    def on_platform(self) -> bool:
        """Whether Railway runs us (it sets one of these in every container)."""
        return bool(self.railway_environment or self.railway_environment_name)

    @property
    def logs_as_json(self) -> bool:
        return self.log_format == "json" or (self.log_format is None and self.on_platform)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        domain = self.railway_public_domain
        return (*self.cors_origins, f"https://{domain}") if domain else self.cors_origins

    @property
    def public_url(self) -> str | None:
        return f"https://{self.railway_public_domain}" if self.railway_public_domain else None

    @property
    def wanted_image_size(self) -> int | None:
        """IMAGE_SIZE where it was set; else a bundle's card decides."""
        return self.image_size if "image_size" in self.model_fields_set else None

    @property
    def max_request_bytes(self) -> int:
        """The whole request: five images, base64 (4/3) and JSON or multipart around them."""
        return MAX_IMAGES * (self.max_image_size * 4 // 3 + 16_384)


_SECRET = frozenset({"database_url", "database_public_url", "metrics_token"})


def load_settings() -> Settings:
    """The settings from the environment.

    Raises:
        SettingsError: one line that names the variable, its value and what is expected.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        value = "(not shown)" if field in _SECRET else repr(first["input"])
        expected = str(first["msg"]).removeprefix("Value error, ")
        description = Settings.model_fields[field].description
        raise SettingsError(f"{field.upper()}={value}: {expected} ({description})") from error
