-- What parks executions, signals that came early, keys of starts, and the hash chain of the journal.
-- docs/store-format.md explains every column.

-- An index over the journals: each row is written and removed in the transaction of the events that open and
-- resolve the hold.
CREATE TABLE holds (
    execution INTEGER NOT NULL,  -- executions.number
    run       INTEGER NOT NULL,  -- the run that it parks; -1: the execution as a whole
    kind      INTEGER NOT NULL,  -- HoldKind
    flow      INTEGER NOT NULL,  -- flows.number
    node      TEXT,              -- id of the node
    since_ms  INTEGER NOT NULL,
    due_ms    INTEGER,           -- it resolves by itself then
    name      TEXT,              -- of a signal
    key       TEXT,              -- of a signal: the correlation key
    details   TEXT,              -- JSON: what people need to resolve it
    PRIMARY KEY (execution, run)
) WITHOUT ROWID;
CREATE INDEX holds_by_due ON holds (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX holds_by_signal ON holds (name, key) WHERE name IS NOT NULL;
CREATE INDEX holds_by_kind ON holds (kind) WHERE kind > 1;  -- all but timers and retry delays

CREATE TABLE signals (
    number     INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    payload    TEXT    NOT NULL,  -- JSON
    arrived_ms INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL   -- forgotten then
);

-- Executions that wait already have no rows in `holds`: they are brought back as if they were running.
UPDATE executions SET status = 1 WHERE status = 2;

-- Idempotency keys of starts.
CREATE TABLE starts (
    flow      INTEGER NOT NULL,
    key       TEXT    NOT NULL,
    execution INTEGER NOT NULL,
    until_ms  INTEGER NOT NULL,
    PRIMARY KEY (flow, key)
) WITHOUT ROWID;
CREATE INDEX starts_by_until ON starts (until_ms);

-- SHA-256 over the chain so far and the chunk, the first 16 bytes; null in rows that an older version wrote.
ALTER TABLE executions ADD COLUMN chain BLOB;
ALTER TABLE journal ADD COLUMN chain BLOB;
