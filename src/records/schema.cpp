#include "records/schema.h"

#include <array>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "records/database.h"

namespace vitrina::records {
namespace {

constexpr std::int64_t kApplicationId = 0x56545241;  // "VTRA", in the file's header: it is ours

// From nothing to version 1. Instants are UTC in milliseconds, whatever is in words is written in words, so
// that the file can be read with any SQLite tool.
constexpr const char* kFirst = R"(
CREATE TABLE events (                       -- the log: only added to, and forgotten
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    operation       TEXT NOT NULL,          -- add, amend, retract
    recorded_ms     INTEGER NOT NULL,
    id              TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    kind            TEXT NOT NULL,          -- visit, crossing, occupancy
    shop            TEXT NOT NULL,
    camera          TEXT NOT NULL,
    layout          TEXT NOT NULL,
    confidence      REAL NOT NULL,
    person          INTEGER,
    place           TEXT NOT NULL,          -- the zone or the line
    direction       TEXT,                   -- in, out
    people          INTEGER,
    source_begin_us INTEGER NOT NULL,       -- on the camera's own clock
    source_end_us   INTEGER NOT NULL,
    begin_ms        INTEGER NOT NULL,
    end_ms          INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_end ON events (end_ms);

CREATE TABLE facts (                        -- the newest revision of each
    number          INTEGER PRIMARY KEY,
    retracted       INTEGER NOT NULL,       -- kept, so that a repeated one does not come back
    id              TEXT NOT NULL UNIQUE,
    revision        INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    shop            TEXT NOT NULL,
    camera          TEXT NOT NULL,
    layout          TEXT NOT NULL,
    confidence      REAL NOT NULL,
    person          INTEGER,
    place           TEXT NOT NULL,
    direction       TEXT,
    people          INTEGER,
    source_begin_us INTEGER NOT NULL,
    source_end_us   INTEGER NOT NULL,
    begin_ms        INTEGER NOT NULL,
    end_ms          INTEGER NOT NULL
) STRICT;
CREATE INDEX facts_by_end ON facts (end_ms);
-- Everything that is counted, filtered or sorted by, so that these questions are answered from the index alone;
-- that takes the two columns of the condition too.
CREATE INDEX visits_by_begin ON facts (begin_ms, camera, place, person, end_ms, confidence, kind, retracted)
    WHERE kind = 'visit' AND retracted = 0;
CREATE INDEX crossings_by_begin ON facts (begin_ms, camera, place, direction, kind, retracted)
    WHERE kind = 'crossing' AND retracted = 0;

CREATE TABLE open_visits (
    id          TEXT PRIMARY KEY,
    camera      TEXT NOT NULL,
    zone        TEXT NOT NULL,
    layout      TEXT NOT NULL,
    person      INTEGER NOT NULL,
    begin_ms    INTEGER NOT NULL,
    seen_ms     INTEGER NOT NULL,
    confidence  REAL NOT NULL,
    x           REAL NOT NULL,
    y           REAL NOT NULL,
    body_height REAL NOT NULL
) STRICT;
CREATE INDEX open_visits_by_camera ON open_visits (camera);

CREATE TABLE camera_sessions (              -- each time a camera's people are numbered anew
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    camera   TEXT NOT NULL,
    began_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE cameras (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    address       TEXT NOT NULL,
    view_address  TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    paused        INTEGER NOT NULL,
    added_ms      INTEGER NOT NULL,
    udp           INTEGER NOT NULL,
    removed       INTEGER NOT NULL          -- kept, so that its id is never another camera's
) STRICT;

CREATE TABLE layouts (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    camera        TEXT NOT NULL,
    version       TEXT NOT NULL UNIQUE,
    valid_from_ms INTEGER NOT NULL,
    saved_ms      INTEGER NOT NULL,
    author        TEXT NOT NULL,
    json          TEXT NOT NULL,
    superseded    INTEGER NOT NULL          -- drawn wrong: another one holds for its time
) STRICT;
CREATE INDEX layouts_by_camera ON layouts (camera, valid_from_ms);

CREATE TABLE heat_forms (                   -- series of heat maps whose cells are the same
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    camera  TEXT NOT NULL,
    width   REAL NOT NULL,
    height  REAL NOT NULL,
    columns INTEGER NOT NULL,
    rows    INTEGER NOT NULL
) STRICT;
CREATE INDEX heat_forms_by_camera ON heat_forms (camera);
CREATE TABLE heat (
    form         INTEGER NOT NULL REFERENCES heat_forms,
    hour_ms      INTEGER NOT NULL,
    cell         INTEGER NOT NULL,          -- row by row from the top
    microseconds INTEGER NOT NULL,
    PRIMARY KEY (form, hour_ms, cell)
) STRICT, WITHOUT ROWID;

CREATE TABLE outages (
    number   INTEGER PRIMARY KEY,
    camera   TEXT NOT NULL,                 -- empty: this program
    begin_ms INTEGER NOT NULL,
    end_ms   INTEGER,
    reason   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX outages_open ON outages (camera) WHERE end_ms IS NULL;
CREATE INDEX outages_by_begin ON outages (begin_ms);

CREATE TABLE alive (                        -- one row
    number INTEGER PRIMARY KEY CHECK (number = 1),
    at_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    folded_name   TEXT NOT NULL UNIQUE,     -- without case
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL,
    language      TEXT NOT NULL,
    disabled      INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
    key_hash      TEXT PRIMARY KEY,
    user          INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    forgery_token TEXT NOT NULL,
    created_ms    INTEGER NOT NULL,
    seen_ms       INTEGER NOT NULL,
    expires_ms    INTEGER NOT NULL,
    client        TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user);
CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user       INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    name       TEXT NOT NULL,
    key_hash   TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    used_ms    INTEGER
) STRICT;
CREATE INDEX tokens_by_user ON tokens (user);
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms  INTEGER NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at_ms);
)";

// Why there was no picture, for programs too.
constexpr const char* kReasonCodes = R"(
ALTER TABLE outages ADD COLUMN reason_code TEXT NOT NULL DEFAULT 'other';
UPDATE outages SET reason_code = 'not_running' WHERE camera = '';
)";

// To version 3: what was wrong with cameras' pictures, the views that are theirs, and people's paths.
constexpr const char* kHealthAndPaths = R"(
CREATE TABLE troubles (
    number       INTEGER PRIMARY KEY,
    camera       TEXT NOT NULL,
    trouble      TEXT NOT NULL,             -- frozen, black, overexposed, covered, blurred, moved, clock_drift
    begin_ms     INTEGER NOT NULL,
    end_ms       INTEGER,
    dx_px        REAL,                      -- of a view that was moved, when it can be told by how much
    dy_px        REAL,
    rotation_deg REAL,
    zoom         REAL
) STRICT;
CREATE UNIQUE INDEX troubles_open ON troubles (camera, trouble) WHERE end_ms IS NULL;
CREATE INDEX troubles_by_camera ON troubles (camera, begin_ms, end_ms, trouble);
CREATE TABLE camera_views (
    camera TEXT PRIMARY KEY,
    view   BLOB NOT NULL                    -- edges, not a picture
) STRICT;

CREATE TABLE paths (                        -- pieces of paths; what is done with them: domain/path.h
    number     INTEGER PRIMARY KEY,
    camera     TEXT NOT NULL,
    person     INTEGER NOT NULL,
    space      TEXT NOT NULL,               -- picture: of the camera; plan: metres
    begin_ms   INTEGER NOT NULL,
    end_ms     INTEGER NOT NULL,
    left_ms    INTEGER,                     -- when it was known that no more will come
    points     INTEGER NOT NULL,
    code       BLOB NOT NULL,
    reaches    BLOB,                        -- what else is known of the person then, each with a form of its own
    labels     BLOB,
    attributes BLOB
) STRICT;
CREATE UNIQUE INDEX paths_by_begin ON paths (camera, begin_ms, person);
CREATE INDEX paths_by_end ON paths (end_ms);
CREATE TABLE path_sessions (                -- between them nothing goes on, but for visits after a restart
    number   INTEGER PRIMARY KEY,           -- people of it are counted from it
    camera   TEXT NOT NULL,
    began_ms INTEGER NOT NULL,
    ended_ms INTEGER,                       -- NULL: it goes on, or the program was killed
    width    INTEGER NOT NULL,              -- of its pictures, px
    height   INTEGER NOT NULL
) STRICT;
CREATE INDEX path_sessions_by_camera ON path_sessions (camera, began_ms);
CREATE TABLE layout_starts (                -- since when a session counted by a layout that had become valid
    camera        TEXT NOT NULL,
    valid_from_ms INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL,
    PRIMARY KEY (camera, valid_from_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE paths_forgotten (              -- nothing is known of the time before
    camera TEXT PRIMARY KEY,
    end_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)";

/// Step n leads from version n to n + 1. A step that was released never changes again.
constexpr std::array kSteps = {kFirst, kReasonCodes, kHealthAndPaths};
static_assert(kSteps.size() == kSchemaVersion);

}  // namespace

Result<void> check_file(Connection& connection) {
    const std::int64_t application = connection.number("PRAGMA application_id");
    const std::int64_t version = connection.number("PRAGMA user_version");
    const bool empty = connection.number("SELECT COUNT(*) FROM sqlite_schema") == 0;
    if (application != kApplicationId && !empty)
        return failed("is a database of another program; give Vitrina a file of its own");
    if (version > kSchemaVersion)
        return failed(
            fmt::format("was written by a newer Vitrina (its tables have version {}, this one knows "
                        "{}); install that version again, or restore an older backup",
                        version, kSchemaVersion));
    if (const std::string verdict = connection.text("PRAGMA quick_check(1)"); verdict != "ok")
        return failed(
            fmt::format("is damaged ({}); move it away and restore a backup, or begin anew", verdict));
    return {};
}

void migrate(Connection& connection) {
    for (std::size_t step = 0; step < kSteps.size(); ++step) {
        connection.execute("BEGIN IMMEDIATE");
        // Read inside: another process may have been quicker.
        if (connection.number("PRAGMA user_version") == static_cast<std::int64_t>(step)) {
            connection.execute(kSteps.at(step));
            connection.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                           kApplicationId, step + 1));
        }
        connection.execute("COMMIT");
    }
}

}  // namespace vitrina::records
