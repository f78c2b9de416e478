"""What the process writes for its operator: what happened, with ids and codes only. Never words, never names."""

import logging
import sys
import traceback
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def configure() -> None:
    """Lines to read at a terminal, JSON everywhere else. Other people's libraries are heard from warnings on."""
    is_read = sys.stderr.isatty()
    shape: Processor = structlog.dev.ConsoleRenderer() if is_read else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _shorten,
            shape,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Others()], force=True)


def quieten() -> None:
    """From now on warnings and worse only: whoever talks at this terminal is not interrupted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def trace(error: BaseException | None) -> dict[str, str]:
    """What went wrong and where, without the error's own words: they may quote a citizen."""
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": where}


def _shorten(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info:
        error = info if isinstance(info, BaseException) else sys.exc_info()[1]
        event.update(trace(error))
    return event


class _Others(logging.Handler):
    """Passes on what libraries log: the first line only, because the rest is a traceback with words in it."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        line = record.getMessage().partition("\n")[0]
        structlog.get_logger().log(record.levelno, line, logger=record.name, **trace(error))
