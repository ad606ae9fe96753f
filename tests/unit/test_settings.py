"""Settings come from the environment; what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.core.errors import SettingsError
from customer_profiler.settings import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN, Settings


def settings(**environment: str) -> Settings:
    return Settings.from_environment(environment)


def test_everything_has_the_documented_default() -> None:
    assert settings() == Settings(
        var=Path("var"),
        content=Path("content"),
        crm=Path("crm.yml"),
        crm_is_set=False,
        environment="",
        database_url="sqlite:///var/profiler.db",
        host="127.0.0.1",
        rasa_port=5005,
        actions_port=5055,
        console_port=8080,
        worker_port=None,
        public_url="http://127.0.0.1:5005",
        profiles_url="http://127.0.0.1:8080/profiles",
        phone_region="",
        log_level="WARNING",
        graph_url="http://127.0.0.1:8080/v25.0",
        app_secret="",
        verify_token="",
        outcomes_secret="",
        whatsapp_phone_number_id=STANDIN_PHONE_NUMBER_ID,
        whatsapp_token=STANDIN_TOKEN,
        messenger_page_id=STANDIN_PAGE_ID,
        messenger_token=STANDIN_TOKEN,
        uses_standin=True,
    )


@pytest.mark.parametrize("name", ["WHATSAPP_TOKEN", "MESSENGER_TOKEN"])
def test_with_a_token_of_meta_the_real_graph_api_is_called(name: str) -> None:
    given = settings(**{name: "a-real-token"})

    assert (given.uses_standin, given.graph_url) == (False, "https://graph.facebook.com/v25.0")


def test_a_graph_api_of_ones_own_needs_no_token() -> None:
    given = settings(META_GRAPH_URL="http://127.0.0.1:9000/v25.0/")

    assert (given.uses_standin, given.graph_url) == (False, "http://127.0.0.1:9000/v25.0")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "bot.example.com"])
def test_where_others_can_reach_us_there_is_no_stand_in(host: str) -> None:
    assert not settings(PROFILER_HOST=host).uses_standin


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_loopback_the_stand_in_plays_meta(host: str) -> None:
    assert settings(PROFILER_HOST=host).uses_standin


@pytest.mark.parametrize(
    "name",
    ["META_APP_SECRET", "META_VERIFY_TOKEN", "PROFILER_OUTCOMES_SECRET", "WHATSAPP_TOKEN", "MESSENGER_TOKEN"],
)
def test_secrets_are_not_shown(name: str) -> None:
    assert "hush" not in repr(settings(**{name: "hush"}))


@pytest.mark.parametrize(
    "name",
    ["PROFILER_VAR", "PROFILER_CONTENT", "PROFILER_CRM", "PROFILER_ENVIRONMENT",
     "PROFILER_DATABASE_URL", "PROFILER_HOST", "RASA_PORT", "ACTIONS_PORT",
     "PROFILER_PUBLIC_URL", "PROFILER_PHONE_REGION", "LOG_LEVEL", "CONSOLE_PORT", "META_GRAPH_URL", "META_APP_SECRET",
     "META_VERIFY_TOKEN", "PROFILER_OUTCOMES_SECRET", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_TOKEN",
     "MESSENGER_PAGE_ID", "MESSENGER_TOKEN"],
)  # fmt: skip
def test_an_empty_variable_counts_as_unset(name: str) -> None:
    assert settings(**{name: ""}) == settings()


def test_the_database_lies_in_the_folder_of_the_embedded_default() -> None:
    assert settings(PROFILER_VAR="/srv/data").database_url == "sqlite:////srv/data/profiler.db"


def test_a_database_of_its_own_wins() -> None:
    assert settings(PROFILER_DATABASE_URL="postgresql://db/x", PROFILER_VAR="v").database_url == "postgresql://db/x"


def test_a_password_in_the_database_url_is_not_shown() -> None:
    assert "secret" not in repr(settings(PROFILER_DATABASE_URL="postgresql://me:secret@db/x"))


def test_the_public_address_follows_the_rasa_port() -> None:
    assert settings(RASA_PORT="8000").public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_is_reached_by_loopback(host: str) -> None:
    assert settings(PROFILER_HOST=host).public_url == "http://127.0.0.1:5005"


def test_pictures_are_under_the_public_address() -> None:
    assert settings(PROFILER_PUBLIC_URL="https://bot.example.com/").pictures_url == (
        "https://bot.example.com/webhooks/pictures"
    )


@pytest.mark.parametrize(("given", "region"), [("ES", "ES"), ("es", "ES")])
def test_the_phone_region_is_a_country_code(given: str, region: str) -> None:
    assert settings(PROFILER_PHONE_REGION=given).phone_region == region


@pytest.mark.parametrize("level", ["DEBUG", "debug", "Info", "ERROR"])
def test_the_log_level_may_be_written_in_any_case(level: str) -> None:
    assert settings(LOG_LEVEL=level).log_level == level.upper()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("RASA_PORT", bad) for bad in ("0", "65536", "-1", "http", "50 05", "5005.0", "٥٠٠٥x", "1e3")),
        *(("ACTIONS_PORT", bad) for bad in ("0", "99999", "x")),
        *(("PROFILER_PUBLIC_URL", bad) for bad in ("bot.example.com", "ftp://bot.example.com", "//bot")),
        *(("PROFILER_PHONE_REGION", bad) for bad in ("Spain", "E", "34", "+34", "E5")),
        *(("PROFILER_ENVIRONMENT", bad) for bad in ("production", "Test", "prod ")),
        *(("LOG_LEVEL", bad) for bad in ("LOUD", "10", "WARN ING")),
    ],
)
def test_a_malformed_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings(**{name: value})


@pytest.mark.parametrize("port", ["1", "65535", "8081"])
def test_any_port_number_will_do(port: str) -> None:
    assert settings(RASA_PORT=port).rasa_port == int(port)


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIONS_PORT", "6001")

    assert Settings.from_environment().actions_port == 6001


def test_a_crm_file_that_is_named_must_be_there() -> None:
    given = settings(PROFILER_CRM="/etc/profiler/crm.yml")

    assert (given.crm, given.crm_is_set) == (Path("/etc/profiler/crm.yml"), True)


@pytest.mark.parametrize("name", ["test", "dev", "prod"])
def test_there_are_three_environments(name: str) -> None:
    assert settings(PROFILER_ENVIRONMENT=name).environment == name


def test_a_region_that_is_no_country_is_named() -> None:
    """Two letters are not enough: with UK, which is GB, every number without a country code is refused."""
    with pytest.raises(SettingsError, match="PROFILER_PHONE_REGION"):
        settings(PROFILER_PHONE_REGION="UK")


def test_with_the_stand_in_nothing_is_missing() -> None:
    assert settings().gaps == []


def test_what_the_real_platforms_still_need_is_named() -> None:
    gaps = settings(WHATSAPP_TOKEN="real", WHATSAPP_PHONE_NUMBER_ID="123", META_VERIFY_TOKEN="ours").gaps

    assert [gap.split()[0] for gap in gaps] == ["META_APP_SECRET", "MESSENGER_TOKEN", "MESSENGER_PAGE_ID"]
