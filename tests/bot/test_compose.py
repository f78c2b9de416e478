"""The files that a town starts komshi with fit together, leave nothing open, and run nothing as root."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

HOUSE = Path(__file__).parents[2]
COMPOSE = (HOUSE / "compose.yaml").read_text(encoding="utf-8")
DOCKERFILE = (HOUSE / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (HOUSE / ".dockerignore").read_text(encoding="utf-8").splitlines()
MANUAL = (HOUSE / "docs" / "run-in-production.md").read_text(encoding="utf-8")

TOWN: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = TOWN["services"]
CADDYFILE: str = TOWN["configs"]["caddyfile"]["content"]

EVERY_SERVICE = pytest.mark.parametrize("name", SERVICES)
OURS = pytest.mark.parametrize("name", ["app", "worker", "migrate"])


def used(kind: str) -> set[str]:
    """What the services name of the town's volumes, networks or configs."""
    return {_name(entry) for service in SERVICES.values() for entry in service.get(kind, ())}


def _name(entry: str | dict[str, str]) -> str:
    return entry["source"] if isinstance(entry, dict) else entry.partition(":")[0]


def instructions(word: str) -> Iterator[str]:
    """What follows this word in the Dockerfile, stage by stage, lines that go on joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return (line.partition(" ")[2].strip() for line in joined.splitlines() if line.startswith(f"{word} "))


@pytest.mark.parametrize("kind", ["volumes", "networks", "configs"])
def test_whatever_is_named_is_there_and_whatever_is_there_is_used(kind: str) -> None:
    assert used(kind) == set(TOWN[kind])


@EVERY_SERVICE
def test_a_service_runs_as_nobody_over_files_it_cannot_change(name: str) -> None:
    service = SERVICES[name]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@EVERY_SERVICE
def test_a_service_cannot_take_the_whole_machine(name: str) -> None:
    assert set(SERVICES[name]["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert SERVICES[name]["logging"]["options"]["max-size"]


@EVERY_SERVICE
def test_an_image_is_one_of_ours_or_of_a_version(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].partition(":")

    assert "build" in SERVICES[name] if tag == "local" else re.match(r"\d+(\.\d+)*-", tag)
    assert image


@EVERY_SERVICE
def test_what_a_service_waits_for_is_there_and_says_when_it_is_ready(name: str) -> None:
    awaited = SERVICES[name].get("depends_on", {})

    assert awaited.keys() <= SERVICES.keys()
    assert {wait["condition"] for wait in awaited.values()} <= {"service_healthy", "service_completed_successfully"}


def test_only_the_proxy_is_open_to_the_world() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert SERVICES["caddy"]["ports"] == ["80:8080", "443:8443"]


def test_database_and_redis_reach_nobody_outside() -> None:
    assert TOWN["networks"]["inside"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert "inside" not in SERVICES["caddy"]["networks"]


def test_only_the_proxy_is_believed_about_where_a_call_comes_from() -> None:
    address = SERVICES["caddy"]["networks"]["outward"]["ipv4_address"]

    assert SERVICES["app"]["environment"]["KOMSHI_PROXIES"] == address


def test_there_are_two_servers_and_two_workers_of_one_image_with_one_key() -> None:
    assert SERVICES["app"]["deploy"]["replicas"] == SERVICES["worker"]["deploy"]["replicas"] == 2
    assert SERVICES["app"]["image"] == SERVICES["worker"]["image"] == SERVICES["migrate"]["image"]
    assert SERVICES["app"]["environment"] == SERVICES["worker"]["environment"] == SERVICES["migrate"]["environment"]


@pytest.mark.parametrize(("name", "command"), [("app", "serve"), ("worker", "work"), ("migrate", "migrate")])
def test_each_of_ours_runs_its_command(name: str, command: str) -> None:
    assert SERVICES[name]["command"] == [command]


@OURS
def test_processes_begin_when_the_tables_are_there(name: str) -> None:
    waits = SERVICES[name]["depends_on"]

    assert waits.get("migrate", waits.get("postgres"))


def test_a_variable_without_which_nothing_works_is_asked_for_and_explained() -> None:
    variables = re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE)

    assert {name for name, rest in variables if not rest.startswith(":?Set it in .env")} == set()
    assert {name for name, _ in variables if f"{name}=" not in MANUAL} == set()


def test_no_password_stands_in_the_file() -> None:
    settings = [(name, value) for each in SERVICES.values() for name, value in each.get("environment", {}).items()]

    assert [
        name for name, value in settings if re.search("PASSWORD|KEY|TOKEN", name) and not value.startswith("${")
    ] == []


def test_the_proxy_serves_the_town_s_name_and_passes_everything_to_all_servers() -> None:
    assert CADDYFILE.count("{\n") == sum(line.strip() == "}" for line in CADDYFILE.splitlines())
    assert re.search(r"^\$\{KOMSHI_DOMAIN:\?[^}]+\} \{$", CADDYFILE, re.MULTILINE)
    assert re.search(r"reverse_proxy \{\s+dynamic a \{\s+name app\s+port 8080\s", CADDYFILE)
    assert "header_up Host" not in CADDYFILE
    assert "http_port 8080" in CADDYFILE
    assert "https_port 8443" in CADDYFILE


def test_the_image_is_built_from_what_is_there_and_not_left_out() -> None:
    copied = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    kept = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]

    assert IGNORED[1] == "*"
    assert [path for path in copied if not (HOUSE / path).exists()] == []
    assert sorted(copied) == sorted(kept)


def test_no_secret_and_no_environment_of_ours_is_sent_to_the_builder() -> None:
    kept = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]

    assert [
        path for path in ("var", ".env", ".venv", ".git", "tests") if any(fnmatch(path, each) for each in kept)
    ] == []
    assert "nlu/rasa/.venv" in IGNORED


def test_the_image_takes_nothing_from_the_network_that_is_not_locked() -> None:
    installs = [line for line in instructions("RUN") if '"install"' in line]

    assert list(instructions("ADD")) == []
    assert len([line for line in installs if "--require-hashes" in line]) == 1
    assert len([line for line in installs if "--no-deps" in line and "--no-build-isolation" in line]) == 1
    assert len(installs) == 2


def test_the_image_runs_as_nobody_and_says_whether_it_lives() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]

    assert last_stage.index("\nUSER 10001:10001\n") < last_stage.index("\nCMD ")
    assert "/healthz" in next(instructions("HEALTHCHECK"))
    assert list(instructions("ENTRYPOINT")) == ['["komshi"]']
