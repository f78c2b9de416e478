"""What the process as a whole takes from the environment. A channel reads what it needs by itself."""

from pathlib import Path
from textwrap import fill
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

FILE = ".env"
EMBEDDED = "embedded"
RASA = "rasa:"
HEAD = "# Copy to .env and change what should differ. A variable that is set in the environment wins.\n"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KOMSHI_", env_file=FILE, extra="ignore")

    database: SecretStr = Field(
        default=SecretStr("sqlite:///var/komshi.db"),
        description="Where everything is stored: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
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
    host: str = Field(
        default="127.0.0.1", description="The network address the server listens on; 0.0.0.0 for every one."
    )
    port: int = Field(default=8080, ge=0, le=65535, description="The port the server listens on.")
    answers_days: int = Field(
        default=30, ge=0, description="For so many days after a case has ended its answers are kept for the office."
    )
    silence_days: int = Field(
        default=30,
        ge=1,
        description="After so many days without a word from a citizen the conversation is erased; not while a case of "
        "theirs is open, nor for as long after it has ended.",
    )

    @field_validator("nlu")
    @classmethod
    def _names_an_engine(cls, value: str) -> str:
        if value != EMBEDDED and not (value.startswith(RASA) and _is_address(value.removeprefix(RASA))):
            raise PydanticCustomError("nlu", "Write embedded, or rasa:http://HOST:PORT.")
        return value

    @property
    def rasa(self) -> str | None:
        """The address of the Rasa server; None if there is none to be asked."""
        return self.nlu.removeprefix(RASA) if self.nlu.startswith(RASA) else None


def _is_address(url: str) -> bool:
    """Of a server and at most a path: a name and a password would be seen in logs."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and parts.scheme in ("http", "https") and not (parts.username or parts.query or parts.fragment)


def example() -> str:
    """`.env.example`: every setting with its help, and its default commented out."""
    return HEAD + "".join(_entry(name) for name in Settings.model_fields)


def _entry(name: str) -> str:
    field = Settings.model_fields[name]
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    help = fill(str(field.description), width=100, initial_indent="# ", subsequent_indent="# ")
    return f"\n{help}\n#KOMSHI_{name.upper()}={'' if default is None else default}\n"
