# The product in one image: `komshi serve`, `komshi work` and every other command of it. Nothing in it is written to
# while it runs, so it may run read-only; it runs as a user who owns nothing.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN ["python", "-m", "venv", "/opt/komshi"]
WORKDIR /src
COPY requirements.lock ./
RUN ["/opt/komshi/bin/python", "-m", "pip", "install", "--require-hashes", "--requirement", "requirements.lock"]
COPY pyproject.toml README.md LICENSE ./
COPY locales locales
COPY nlu nlu
COPY integrations integrations
COPY dialogs dialogs
COPY bot bot
RUN ["/opt/komshi/bin/python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "."]
# Learnt once here, and not by every process at its first start.
WORKDIR /opt/komshi
ENV KOMSHI_CACHE=/opt/komshi/cache
RUN ["/opt/komshi/bin/komshi", "nlu", "train"]
RUN ["chmod", "--recursive", "a+rX", "/opt/komshi"]

FROM ${PYTHON}
RUN ["useradd", "--system", "--uid", "10001", "--user-group", "--create-home", "--home-dir", "/var/lib/komshi", "komshi"]
COPY --from=build /opt/komshi /opt/komshi
ENV PATH=/opt/komshi/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KOMSHI_CACHE=/opt/komshi/cache \
    KOMSHI_HOST=0.0.0.0 \
    KOMSHI_WATCH_HOST=0.0.0.0 \
    KOMSHI_WATCH_PORT=8081
# Without PostgreSQL the database and the key are made here, in var/: mount something that stays.
WORKDIR /var/lib/komshi
USER 10001:10001
EXPOSE 8080 8081
# Only whether the process lives: a database that is away is not cured by a new container. /readyz says more.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8081/healthz', timeout=3)"]
ENTRYPOINT ["komshi"]
CMD ["serve"]
