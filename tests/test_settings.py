"""Settings: defaults, what each refuses and how it says so, and that no secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from jamhot.errors import SettingsError
from jamhot.settings import ROOT, SHIPPED_BUNDLE, Settings, load_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_defaults_are_those_of_the_specification() -> None:
    settings = load_settings()
    assert (settings.port, settings.confidence_threshold, settings.max_image_size) == (8000, 0.7, 5_242_880)
    assert (settings.max_memory_mb, settings.model_memory_mb, settings.database_memory_mb) == (400, 200, 50)
    assert (settings.connection_pool_size, settings.query_cache_size, settings.batch_size) == (5, 100, 1)
    assert (settings.image_size, settings.model_quantization, settings.rate_limit_per_minute) == (224, True, 120)
    assert settings.model_path == SHIPPED_BUNDLE == ROOT / "data" / "trained_model"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://root:hunter2@db/jam"),
        ("MODEL_PIN", "yes"),
        ("MODEL_QUANTIZATION", "perhaps"),
        ("IMAGE_SIZE", "0"),
        ("BATCH_SIZE", "0"),
        ("CONFIDENCE_THRESHOLD", "1.5"),
        ("CONFIDENCE_THRESHOLD", "nan"),
        ("MAX_IMAGE_SIZE", "-1"),
        ("MAX_MEMORY_MB", "lots"),
        ("CONNECTION_POOL_SIZE", "0"),
        ("QUERY_CACHE_SIZE", "-1"),
        ("MEMORY_LIMIT_MB", "1"),
        ("RATE_LIMIT_PER_MINUTE", "-5"),
        ("LOG_FORMAT", "xml"),
        ("SCRAPE_CONTACT", "Jürgen <j@jam.example>"),
        ("CORS_ORIGINS", "https://ok.example, nonsense"),
    ],
)
def test_a_senseless_value_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = caught.value.message
    assert message.startswith(f"{name}=")
    assert "\n" not in message
    assert "hunter2" not in message


def test_empty_variables_are_as_good_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "MODEL_PIN", "LOG_FORMAT", "MEMORY_LIMIT_MB", "RAILWAY_PUBLIC_DOMAIN", "CORS_ORIGINS"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.database_url is None
    assert settings.memory_limit_mb is None
    assert settings.allowed_origins == ()


def test_both_spellings_of_postgres_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("postgres://u:p@h/d", "postgresql://u:p@h/d"):
        monkeypatch.setenv("DATABASE_URL", url)
        assert load_settings().database_url == url


def test_a_relative_model_path_starts_at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_PATH", "data/other")
    assert load_settings().model_path == ROOT / "data" / "other"
    monkeypatch.setenv("MODEL_PATH", "/app/data/trained_model")
    assert load_settings().model_path == Path("/app/data/trained_model")


def test_the_platform_turns_on_json_logs_and_allows_its_own_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().logs_as_json
    monkeypatch.setenv("RAILWAY_ENVIRONMENT_NAME", "production")
    monkeypatch.setenv("RAILWAY_PUBLIC_DOMAIN", "jam.example")
    settings = load_settings()
    assert settings.logs_as_json
    assert settings.public_url == "https://jam.example"
    assert settings.allowed_origins == ("https://jam.example",)
    monkeypatch.setenv("LOG_FORMAT", "text")
    assert not load_settings().logs_as_json
