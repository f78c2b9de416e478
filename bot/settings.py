"""What the process as a whole takes from the environment. A channel reads what it needs by itself."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from integrations.bills.biller import LONGEST_BILLER, LONGEST_CALLBACK, LONGEST_NAME, LONGEST_TENANT
from integrations.bills.trust import SHORTEST_SECRET, Network

FILE = ".env"
PREFIX = "KOMSHI_"
EMBEDDED = "embedded"
RASA = "rasa:"
WORKFLOWS = ("operaton", "registration")
BEARER = "bearer"
AUTHS = {"basic": 3, "header": 3, BEARER: 4}
GOVSTACK = "govstack"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=FILE, extra="ignore", populate_by_name=True)

    database: SecretStr = Field(
        default=SecretStr("sqlite:///var/komshi.db"),
        validation_alias=AliasChoices("KOMSHI_DATABASE_URL", "KOMSHI_DATABASE"),
        description="Where everything is stored: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME for more than "
        "one process. Also KOMSHI_DATABASE.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="Several processes hear of each other's work at once, and share what a bot may send in a second, "
        "through redis://HOST:6379/0. Unset or away, they look every second and divide it evenly.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Locks what is stored. Unset, a key is made once in KOMSHI_KEY_FILE. Several, separated by commas: "
        "the first one locks, every one opens. Who loses the key loses the words.",
    )
    key_file: Path = Field(
        default=Path("var/secret.key"), description="The file with the key. Back it up, but not beside the database."
    )
    cache: Path = Field(
        default=Path("var/cache"), description="A folder for what was computed once and can be computed again."
    )
    nlu: str = Field(
        default=EMBEDDED,
        description="Who understands what is written: embedded, or rasa:http://127.0.0.1:5005 for the Rasa server of "
        "`make rasa-serve`. While that is away, embedded is asked.",
    )
    workflow_url: str = Field(
        default=f"{EMBEDDED}:",
        validation_alias=AliasChoices("KOMSHI_WORKFLOW_URL", "WORKFLOW_URL"),
        description="Where applications go: embedded:, the engine in process; operaton:https://HOST/engine-rest, also "
        "for CIB seven and Camunda 7; or registration:https://HOST, for GovStack Registration. Also WORKFLOW_URL.",
    )
    workflow_auth: SecretStr | None = Field(
        default=None,
        description="How we show there who we are: basic USER PASSWORD, header NAME VALUE, or bearer TOKEN_URL CLIENT "
        "SECRET (OAuth 2 client credentials).",
    )
    workflow_certificate: Path | None = Field(
        default=None, description="A PEM file with our certificate and its key, for an office with mutual TLS."
    )
    workflow_client: str = Field(
        default="", description="Who we are at the information mediator: INSTANCE/CLASS/MEMBER/SUBSYSTEM."
    )
    workflow_client_header: str = Field(
        default="Information-Mediator-Client",
        description="The header that says so; X-Road-Client at an X-Road security server.",
    )
    workflow_service: str = Field(
        default="",
        description="The office as the mediator knows it, INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE. Set, every call "
        "goes through the mediator at the address above.",
    )
    workflow_applicant: str = Field(
        default="applicant",
        description="GovStack Registration: the role, by its id or name, whose tasks are the citizen's.",
    )
    workflow_names: dict[str, str] = Field(
        default={},
        description="GovStack Registration: the office's names of our services where they differ, as JSON: "
        '{"our_name": "Their name"}.',
    )
    workflow_strict: bool = Field(
        default=False,
        description="GovStack Registration: send form values as objects, as its published file wants them, not as the "
        "plain values that products take.",
    )
    bills: str = Field(
        default=f"{EMBEDDED}:",
        description="Where it is known what a citizen owes: embedded:, the ledger of `komshi bill import`; or "
        "govstack:https://HOST, the same ledger and a GovStack Payments building block that asks the payer's bank.",
    )
    bills_auth: SecretStr | None = Field(
        default=None, description="How we show there who we are: basic USER PASSWORD, or header NAME VALUE."
    )
    bills_tenant: str = Field(
        default="",
        max_length=LONGEST_TENANT,
        validate_default=True,
        description="Who the municipality is there: its X-Platform-TenantId.",
    )
    bills_biller: str = Field(
        default="", max_length=LONGEST_BILLER, validate_default=True, description="And its X-billerId."
    )
    bills_biller_name: str = Field(
        default="",
        max_length=LONGEST_NAME,
        validate_default=True,
        description=f"The name that the payer's bank shows, at most {LONGEST_NAME} characters.",
    )
    bills_callback: str = Field(
        default="",
        max_length=LONGEST_CALLBACK,
        validate_default=True,
        description="Where we are called back: https://OUR_HOST/callbacks/payments.",
    )
    bills_callback_secret: SecretStr | None = Field(
        default=None,
        description="The key that calls to us are signed with. X-Signature is then sha256= and the HMAC-SHA256 of "
        r"METHOD\nPATH\nBODY in hexadecimal, \n a line feed and PATH as it arrives here. At least "
        f"{SHORTEST_SECRET} characters. Without it no call marks a bill as paid.",
    )
    bills_callback_from: str = Field(
        default="",
        validate_default=True,
        description="The networks that calls to us come from, separated by commas, like 192.0.2.0/24. With a key too, "
        "both are demanded; without one, whoever calls from there may only ask what is owed.",
    )
    bills_unit: Literal["cents", "euros"] = Field(
        default="cents", description="What the building block counts in: cents or euros."
    )
    bills_alias: Literal["00", "01", "02"] = Field(
        default="00", description="The kind of alias that a telephone number is there: 00, 01 or 02."
    )
    host: str = Field(
        default="127.0.0.1", description="The network address the server listens on; 0.0.0.0 for every one."
    )
    port: int = Field(default=8080, ge=0, le=65535, description="The port the server listens on.")
    public_url: str = Field(
        default="",
        description="Where the world reaches this server: https://HOST. Telegram and Viber are told to deliver there; "
        "unset, Telegram is asked for what is new, and Viber cannot be heard.",
    )
    watch_host: str = Field(
        default="127.0.0.1", description="The network address of health, readiness and metrics, for operators only."
    )
    watch_port: int = Field(
        default=8081, ge=0, le=65535, description="The port of health, readiness and metrics; 0 for none."
    )
    proxies: str = Field(
        default="",
        description="The addresses or networks of the reverse proxies in front of the server, separated by commas, "
        "like 127.0.0.1. Only they are believed about where a call comes from and whether it came over https.",
    )
    answers_days: int = Field(
        default=30, ge=0, description="For so many days after a case has ended its answers are kept for the office."
    )
    silence_days: int = Field(
        default=30,
        ge=1,
        description="After so many days without a word from a citizen the conversation is erased; not while a case of "
        "theirs is open, nor for as long after it has ended.",
    )

    @field_validator("public_url")
    @classmethod
    def _is_reached_safely(cls, value: str) -> str:
        """Telegram and Viber deliver over https only; plain http is for a machine that plays them."""
        if value and not _is_address(value):
            raise PydanticCustomError("public_url", "Write https://HOST.")
        return value.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _names_a_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value and urlsplit(value.get_secret_value()).scheme not in ("redis", "rediss", "unix"):
            raise PydanticCustomError("redis_url", "Write redis://HOST:6379/0, or rediss:// for TLS.")
        return value if value and value.get_secret_value() else None

    @field_validator("nlu")
    @classmethod
    def _names_an_engine(cls, value: str) -> str:
        if value != EMBEDDED and not (value.startswith(RASA) and _is_address(value.removeprefix(RASA))):
            raise PydanticCustomError("nlu", "Write embedded, or rasa:http://HOST:PORT.")
        return value

    @field_validator("workflow_url")
    @classmethod
    def _names_a_workflow(cls, value: str) -> str:
        kind, _, url = value.partition(":")
        if value != f"{EMBEDDED}:" and not (kind in WORKFLOWS and _is_address(url)):
            names = " or ".join(f"{name}:https://HOST" for name in WORKFLOWS)
            raise PydanticCustomError("workflow_url", f"Write {EMBEDDED}: or {names}.")
        return value

    @field_validator("workflow_auth")
    @classmethod
    def _says_who_we_are(cls, value: SecretStr | None) -> SecretStr | None:
        said = value.get_secret_value().split() if value else []
        if said and AUTHS.get(said[0]) != len(said):
            raise PydanticCustomError("workflow_auth", "Write basic USER PASSWORD, header NAME VALUE, or bearer …")
        return value

    @field_validator("workflow_client", "workflow_service")
    @classmethod
    def _is_an_identifier(cls, value: str, field: ValidationInfo) -> str:
        parts = 4 if field.field_name == "workflow_client" else 5
        if value and len([part for part in value.split("/") if part.strip()]) != parts:
            raise PydanticCustomError("identifier", "Write {parts} parts with slashes between.", {"parts": parts})
        return value

    @field_validator("workflow_service")
    @classmethod
    def _is_somebody_at_the_mediator(cls, value: str, field: ValidationInfo) -> str:
        if value and not field.data.get("workflow_client"):
            raise PydanticCustomError("mediator", "Set KOMSHI_WORKFLOW_CLIENT too.")
        return value

    @field_validator("workflow_service")
    @classmethod
    def _shows_the_mediator_no_token(cls, value: str, field: ValidationInfo) -> str:
        auth = field.data.get("workflow_auth")
        if value and auth and auth.get_secret_value().split()[:1] == [BEARER]:
            raise PydanticCustomError(
                "mediator", "Write no bearer in KOMSHI_WORKFLOW_AUTH: the token would go through the mediator."
            )
        return value

    @field_validator("bills")
    @classmethod
    def _names_a_bill_system(cls, value: str) -> str:
        kind, _, url = value.partition(":")
        if value != f"{EMBEDDED}:" and not (kind == GOVSTACK and _is_address(url)):
            raise PydanticCustomError("bills", f"Write {EMBEDDED}: or {GOVSTACK}:https://HOST.")
        return value

    @field_validator("bills_auth")
    @classmethod
    def _says_who_the_biller_is(cls, value: SecretStr | None) -> SecretStr | None:
        said = value.get_secret_value().split() if value else []
        if said and (said[0] not in ("basic", "header") or len(said) != AUTHS[said[0]]):
            raise PydanticCustomError("bills_auth", "Write basic USER PASSWORD, or header NAME VALUE.")
        return value

    @field_validator("bills_tenant", "bills_biller", "bills_biller_name", "bills_callback")
    @classmethod
    def _is_there_for_govstack(cls, value: str, field: ValidationInfo) -> str:
        if not value and str(field.data.get("bills")).startswith(GOVSTACK):
            raise PydanticCustomError("bills", "GovStack Payments needs it.")
        return value

    @field_validator("bills_callback_secret")
    @classmethod
    def _is_long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value().encode()) < SHORTEST_SECRET:
            raise PydanticCustomError("bills_callback_secret", f"Write at least {SHORTEST_SECRET} characters.")
        return value

    @field_validator("bills_callback_from", "proxies")
    @classmethod
    def _names_networks(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError:
            raise PydanticCustomError("networks", "Write networks like 192.0.2.0/24.") from None
        return value

    @field_validator("bills_callback_from")
    @classmethod
    def _believes_somebody(cls, value: str, field: ValidationInfo) -> str:
        is_called = str(field.data.get("bills")).startswith(GOVSTACK)
        if is_called and not field.data.get("bills_callback_secret", True) and not _networks(value):
            raise PydanticCustomError("callback", "Set KOMSHI_BILLS_CALLBACK_SECRET, or this: nobody is believed yet.")
        return value

    @property
    def bills_url(self) -> str | None:
        """The address of the Payments building block; None if there is none."""
        kind, _, url = self.bills.partition(":")
        return url if kind == GOVSTACK else None

    @property
    def bills_networks(self) -> tuple[Network, ...]:
        """The networks that calls about payments may come from; () where that does not matter."""
        return _networks(self.bills_callback_from)

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The networks of our own reverse proxies; () where nobody is between a caller and the server."""
        return _networks(self.proxies)

    @property
    def workflow(self) -> tuple[str, str]:
        """The kind of workflow system and its address."""
        kind, _, url = self.workflow_url.partition(":")
        return kind, url

    @property
    def rasa(self) -> str | None:
        """The address of the Rasa server; None if there is none to be asked."""
        return self.nlu.removeprefix(RASA) if self.nlu.startswith(RASA) else None


def _networks(text: str) -> tuple[Network, ...]:
    """Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _is_address(url: str) -> bool:
    """Of a server and at most a path: a name and a password would be seen in logs."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and parts.scheme in ("http", "https") and not (parts.username or parts.query or parts.fragment)


def variable(field: str) -> str:
    """The environment variable of a field, which may be named by it already."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else None
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    name = field.upper()
    return name if name.startswith(PREFIX) else f"{PREFIX}{name}"
