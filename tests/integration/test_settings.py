"""Variables: read once, with a default each, refused with a sentence."""

import pytest

from services import settings


def test_without_variables_everything_stays_on_loopback() -> None:
    found = settings.read({})
    assert (found.http_host, found.live_host, found.redis_url) == ("127.0.0.1", "127.0.0.1", "")


def test_a_variable_replaces_its_default() -> None:
    found = settings.read({"PITAZO_HTTP_PORT": "9080", "PITAZO_ALLOWED_HOSTS": "a.pe, b.pe"})
    assert (found.http_port, found.allowed_hosts) == (9080, ("a.pe", "b.pe"))


@pytest.mark.parametrize("value", ["eighty", "-1", "65536", ""])
def test_a_port_that_is_none_is_refused_by_name(value: str) -> None:
    with pytest.raises(settings.BadSetting, match=r"^PITAZO_HTTP_PORT is ") as refused:
        settings.read({"PITAZO_HTTP_PORT": value})
    assert (refused.value.variable, refused.value.value) == ("PITAZO_HTTP_PORT", value)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("PITAZO_EMBEDDED_MAXMEMORY_MIB", "8", "expected a whole number, at least 16 MiB"),
        ("PITAZO_HTTP_PORT", "x", "expected a whole number, 0 to 65535"),
        ("PITAZO_PLAY_INTERVAL_SECONDS", "-1", "expected a number, at least 0 seconds"),
        ("PITAZO_REPLICAS", "-1", "expected a whole number, at least 0"),
    ],
)
def test_a_number_out_of_bounds_is_told_them_with_their_unit(
    variable: str, value: str, expected: str
) -> None:
    with pytest.raises(settings.BadSetting) as refused:
        settings.read({variable: value})
    assert str(refused.value).startswith(f"{variable} is {value!r}: {expected}; ")
    [line] = [one for one in settings.listing(settings.read({})) if one.variable == variable]
    assert line.meaning.endswith(expected.partition("number, ")[2])


def test_a_digest_that_is_none_is_refused_too() -> None:
    with pytest.raises(settings.BadSetting, match="PITAZO_OPERATOR_TOKEN_SHA256 is 'x'"):
        settings.read({"PITAZO_OPERATOR_TOKEN_SHA256": "x"})


def test_every_variable_is_listed_with_its_meaning() -> None:
    listed = settings.listing(settings.read({"PITAZO_LIVE_PORT": "9081"}))
    assert all(line.variable.startswith("PITAZO_") and line.meaning for line in listed)
    assert [
        (line.value, line.default) for line in listed if line.variable == "PITAZO_LIVE_PORT"
    ] == [("9081", "8081")]
