-- Entries: plain durable values under keys. docs/store-format.md explains every column.

CREATE TABLE entries (
    number     INTEGER PRIMARY KEY,
    namespace  TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    value      TEXT    NOT NULL,  -- JSON
    version    INTEGER NOT NULL,  -- counts its changes, from 1
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    expires_ms INTEGER            -- from then on it counts as absent
);
-- Apart from the values, so that counting a namespace and finding a prefix read no value.
CREATE UNIQUE INDEX entries_by_key ON entries (namespace, key);
CREATE INDEX entries_by_expiry ON entries (expires_ms) WHERE expires_ms IS NOT NULL;
