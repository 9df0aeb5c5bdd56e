-- Large values, each kept once by the hash of its content. docs/store-format.md explains every column.

CREATE TABLE artifacts (
    number     INTEGER PRIMARY KEY,
    sha256     BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
    bytes      INTEGER NOT NULL,  -- of the content
    media_type TEXT    NOT NULL
);

-- The content in pieces of 256 KiB (the last one is shorter), so that a part of it is read without the rest.
CREATE TABLE artifact_pieces (
    number     INTEGER PRIMARY KEY,  -- artifacts.number * 2^20 + the place of the piece, from 0
    compressed INTEGER NOT NULL,     -- 1: a zstd frame with a checksum
    data       BLOB    NOT NULL
);

-- Which executions' journals refer to an artifact: it goes with the last of them.
CREATE TABLE artifact_uses (
    execution INTEGER NOT NULL,  -- executions.number
    artifact  INTEGER NOT NULL,  -- artifacts.number
    PRIMARY KEY (execution, artifact)
) WITHOUT ROWID;
CREATE INDEX artifact_uses_by_artifact ON artifact_uses (artifact);
