# Every service of Pitazo; `command` in compose.yaml says which. Python is the version of the tests.
FROM python:3.11.14-slim-bookworm

WORKDIR /pitazo
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check \
    --only-binary :all: --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY events events
COPY projections projections
COPY services services
COPY regulations regulations
COPY seasons seasons
RUN python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --no-build-isolation -e . \
    && python -m compileall -q events projections services \
    && useradd --system --uid 10001 pitazo

USER pitazo
CMD ["pitazo", "--help"]
