-- Flows, their revisions, executions and the journal. docs/store-format.md explains every column.

CREATE TABLE store (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL  -- counts the openings of this file
);
INSERT INTO store (id, epoch) VALUES (1, 0);

CREATE TABLE flows (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    workspace  TEXT    NOT NULL,
    namespace  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    labels     TEXT    NOT NULL,  -- a JSON object of strings
    revision   INTEGER NOT NULL,  -- revisions.number of the newest
    version    INTEGER NOT NULL,  -- its version
    deleted    INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX flows_by_name ON flows (workspace, namespace, name) WHERE deleted = 0;

CREATE TABLE revisions (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    flow       INTEGER NOT NULL REFERENCES flows (number),
    version    INTEGER NOT NULL,
    dialect    TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    source     BLOB    NOT NULL,  -- to the byte
    created_ms INTEGER NOT NULL,
    UNIQUE (flow, version)
);

CREATE TABLE executions (
    number        INTEGER PRIMARY KEY,  -- Uuid::number(): ascending, so rows are appended
    tail          BLOB    NOT NULL,     -- bytes 8 to 15 of the id
    flow          INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    status        INTEGER NOT NULL,     -- ExecutionStatus
    created_ms    INTEGER NOT NULL,
    ended_ms      INTEGER,
    epoch         INTEGER NOT NULL,     -- store.epoch of the process that began it
    head_sequence INTEGER,              -- number of the first event of `head`
    head          BLOB                  -- the whole journal, when it began and ended within one commit
);
CREATE INDEX executions_by_flow ON executions (flow, status);
CREATE INDEX executions_by_status ON executions (status) WHERE status <> 4;

CREATE TABLE journal (
    number         INTEGER PRIMARY KEY,
    execution      INTEGER NOT NULL,  -- executions.number
    first_sequence INTEGER NOT NULL,  -- number of the first event of `chunk`
    chunk          BLOB    NOT NULL   -- encoded events (engine/run/event_codec.hpp)
);
CREATE INDEX journal_by_execution ON journal (execution);
