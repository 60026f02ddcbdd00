#include "records/schema.h"

#include <array>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "records/database.h"
#include "records/schema_alarms.h"
#include "records/schema_buyers.h"
#include "records/schema_floor.h"

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

// What tills say. Money is whole minor units of the currency.
constexpr const char* kReceipts = R"(
CREATE TABLE tills (
    id     TEXT PRIMARY KEY,                -- as receipts name it
    name   TEXT NOT NULL,
    camera TEXT NOT NULL,                   -- whose zone is where its buyers stand; empty: none sees it
    zone   TEXT NOT NULL
) STRICT;
CREATE TABLE receipts (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    till        TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,           -- by the till's clock
    kind        TEXT NOT NULL,              -- sale, return
    currency    TEXT NOT NULL,              -- empty: the shop's
    total_minor INTEGER NOT NULL,
    card        TEXT NOT NULL,              -- of the loyalty programme, never the number itself; empty: none
    line_count  INTEGER NOT NULL,
    digest      TEXT NOT NULL,              -- of the content: the same id must mean the same
    received_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX receipts_by_instant ON receipts (at_ms, till, kind);
CREATE TABLE receipt_lines (
    receipt              INTEGER NOT NULL REFERENCES receipts ON DELETE CASCADE,
    line                 INTEGER NOT NULL,
    sku                  TEXT NOT NULL,
    name                 TEXT NOT NULL,
    quantity_thousandths INTEGER NOT NULL,
    price_minor          INTEGER NOT NULL,
    amount_minor         INTEGER NOT NULL,
    PRIMARY KEY (receipt, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE receipt_matches (              -- who bought
    receipt     INTEGER PRIMARY KEY REFERENCES receipts ON DELETE CASCADE,
    visit       TEXT NOT NULL,              -- of the till's zone
    person      INTEGER NOT NULL,
    probability REAL NOT NULL
) STRICT;
CREATE INDEX receipt_matches_by_person ON receipt_matches (person, probability);
CREATE TABLE till_clocks (
    till     TEXT NOT NULL,
    day_ms   INTEGER NOT NULL,
    leaves_s REAL NOT NULL,                 -- from a receipt's time to when its buyer goes: habit and clock
    spread_s REAL NOT NULL,
    pairs    INTEGER NOT NULL,
    PRIMARY KEY (till, day_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE match_queue (                  -- hours that are to be matched anew
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    till    TEXT NOT NULL,
    hour_ms INTEGER NOT NULL,
    UNIQUE (till, hour_ms)
) STRICT;
CREATE TABLE match_mark (                   -- one row: the log's entry up to which visits were looked at
    number   INTEGER PRIMARY KEY CHECK (number = 1),
    sequence INTEGER NOT NULL
) STRICT;
)";

// Who is told of what, and what is still to be told.
constexpr const char* kAlarms = R"(
CREATE TABLE rules (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    json TEXT NOT NULL
) STRICT;
CREATE TABLE channels (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    kind          TEXT NOT NULL,            -- webhook, email, telegram
    enabled       INTEGER NOT NULL,
    address       TEXT NOT NULL,
    user          TEXT NOT NULL,
    sender        TEXT NOT NULL,
    recipient     TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    demand_tls    INTEGER NOT NULL
) STRICT;
CREATE TABLE alarms (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    rule            INTEGER NOT NULL,       -- may be gone; its name stays
    rule_name       TEXT NOT NULL,
    severity        TEXT NOT NULL,          -- info, warning, urgent
    measure         TEXT NOT NULL,
    camera          TEXT NOT NULL,
    place           TEXT NOT NULL,
    value           REAL NOT NULL,
    threshold       REAL NOT NULL,
    text            TEXT NOT NULL,
    raised_ms       INTEGER NOT NULL,
    ended_ms        INTEGER,
    acknowledged_ms INTEGER,
    acknowledged_by TEXT NOT NULL,
    note            TEXT NOT NULL,
    escalated_ms    INTEGER
) STRICT;
CREATE INDEX alarms_by_instant ON alarms (raised_ms);
CREATE INDEX alarms_open ON alarms (rule, camera, place) WHERE ended_ms IS NULL;
CREATE TABLE outbox (                       -- messages for channels
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm      INTEGER NOT NULL,            -- 0: of none, a test
    channel    INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    key        TEXT NOT NULL,
    subject    TEXT NOT NULL,
    text       TEXT NOT NULL,
    json       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    next_ms    INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    state      TEXT NOT NULL,               -- waiting, sent, given_up
    error      TEXT NOT NULL,               -- of the last attempt
    done_ms    INTEGER
) STRICT;
CREATE INDEX outbox_by_channel ON outbox (channel, state, next_ms);
CREATE INDEX outbox_by_age ON outbox (created_ms);
)";

// To version 5: what was wrong with cameras' pictures, the views that are theirs, and people's paths.
constexpr const char* kHealthAndPaths = R"(
CREATE TABLE troubles (
    number       INTEGER PRIMARY KEY,
    camera       TEXT NOT NULL,
    trouble      TEXT NOT NULL,             -- frozen, black, overexposed, covered, blurred, moved ...: PictureTrouble
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

// To version 6: whose the walks over the floor plan are (in paths they stand in the place of persons), and
// what lies below the plan.
constexpr const char* kWalks = R"(
CREATE TABLE walk_owners (
    walk     INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    person   INTEGER NOT NULL,              -- 0: nobody knows
    revision INTEGER NOT NULL,              -- grows with each change of the walk's owners
    PRIMARY KEY (walk, since_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX walk_owners_by_time ON walk_owners (since_ms);
CREATE TABLE plan_drawings (                -- pictures below the plan, as they were drawn anew
    id       TEXT PRIMARY KEY,              -- of the content
    png      BLOB NOT NULL,
    width    INTEGER NOT NULL,              -- px
    height   INTEGER NOT NULL,
    saved_ms INTEGER NOT NULL
) STRICT;
)";

// To version 7: who works here, and hands in shelves by time. Customers are kept only as means of several of
// them.
constexpr const char* kStaff = R"(
CREATE INDEX labels_by_person ON facts (person, place, confidence)
    WHERE kind = 'label' AND retracted = 0;
CREATE INDEX touches_by_begin ON facts (begin_ms, camera, place, person, kind, retracted)
    WHERE kind = 'touch' AND retracted = 0;
CREATE TABLE taught (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    label        TEXT NOT NULL,             -- staff, customer
    people       INTEGER NOT NULL,          -- whom it is the mean of
    sealed_name  TEXT NOT NULL,             -- of staff; empty: none was given
    marked_ms    INTEGER NOT NULL,
    marked_by    TEXT NOT NULL,
    form         TEXT NOT NULL,             -- which description of bodies it is
    sealed_looks TEXT NOT NULL
) STRICT;
)";

// To version 8: who is known by face, sealed with a key of each person's own, and who looked at that.
constexpr const char* kGallery = R"(
CREATE TABLE gallery_people (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,              -- enrolled, watched, seen
    key_name    TEXT NOT NULL,              -- of the key that opens what is sealed: it is in no database
    sealed_card TEXT NOT NULL,              -- name, external number, consent, reason
    created_ms  INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    expires_ms  INTEGER NOT NULL,
    likeness_min REAL NOT NULL             -- of a match: raised by those that were rejected
) STRICT;
CREATE TABLE gallery_pictures (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    person            INTEGER NOT NULL REFERENCES gallery_people (id) ON DELETE CASCADE,
    added_ms          INTEGER NOT NULL,
    made_by           TEXT NOT NULL,        -- which network made the descriptor
    sealed_descriptor TEXT NOT NULL,
    sealed_jpeg       TEXT NOT NULL
) STRICT;
CREATE INDEX gallery_pictures_by_person ON gallery_pictures (person);
CREATE TABLE gallery_stays (                -- somebody recognised
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person      INTEGER NOT NULL REFERENCES gallery_people (id) ON DELETE CASCADE,
    at_ms       INTEGER NOT NULL,
    sealed_stay TEXT NOT NULL               -- camera and the number that facts have for him then
) STRICT;
CREATE INDEX gallery_stays_by_person ON gallery_stays (person, at_ms);
CREATE TABLE watch_matches (                -- somebody taken for one of the watchlist
    id              TEXT PRIMARY KEY,
    person          INTEGER NOT NULL REFERENCES gallery_people (id) ON DELETE CASCADE,
    alarm           INTEGER NOT NULL,
    at_ms           INTEGER NOT NULL,
    sealed_evidence TEXT NOT NULL,
    verdict         TEXT NOT NULL,          -- confirmed, rejected; empty: not judged yet
    judged_by       TEXT NOT NULL,
    judged_ms       INTEGER
) STRICT;
CREATE INDEX watch_matches_by_person ON watch_matches (person, at_ms);
CREATE INDEX watch_matches_by_time ON watch_matches (at_ms);
CREATE TABLE gallery_settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE look_log (                     -- who looked at whom; each hash is also of the one before
    number INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    whom   INTEGER NOT NULL,
    hash   TEXT NOT NULL
) STRICT;
CREATE TRIGGER look_log_stays BEFORE DELETE ON look_log BEGIN SELECT RAISE(ABORT, 'the log of looks is only added to'); END;
CREATE TRIGGER look_log_goes_on BEFORE INSERT ON look_log WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM look_log)
BEGIN SELECT RAISE(ABORT, 'the log of looks is only added to'); END;
CREATE TRIGGER look_log_is_true BEFORE UPDATE ON look_log BEGIN SELECT RAISE(ABORT, 'the log of looks is only added to'); END;
)";

// To version 9: sex and age by person.
constexpr const char* kTraits = R"(
CREATE INDEX traits_by_person ON facts (person, place, people)
    WHERE kind = 'traits' AND retracted = 0;
CREATE INDEX traits_by_begin ON facts (begin_ms, camera, person, kind, retracted)
    WHERE kind = 'traits' AND retracted = 0;
)";

// To version 11: stands of customers, talks and work of staff by time.
constexpr const char* kStaffWork = R"(
CREATE INDEX stands_by_begin ON facts (begin_ms, person) WHERE kind = 'stand' AND retracted = 0;
CREATE INDEX talks_by_begin ON facts (begin_ms, person) WHERE kind = 'talk' AND retracted = 0;
CREATE INDEX work_by_begin ON facts (begin_ms, person) WHERE kind = 'work' AND retracted = 0;
)";

// To version 12: counts that are audited. Pictures of the clips are files beside the database.
constexpr const char* kAudits = R"(
CREATE TABLE audits (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    opened_ms  INTEGER NOT NULL,
    opened_by  TEXT NOT NULL,
    closes_ms  INTEGER NOT NULL,            -- no clip is picked from then on
    closed_ms  INTEGER,                     -- or since then; none: it may still be picked
    seed       INTEGER NOT NULL,
    clips_max  INTEGER NOT NULL,            -- of each stratum
    window_s   INTEGER NOT NULL             -- how long a clip is
) STRICT;
CREATE TABLE audit_strata (                 -- how many windows there were to pick from
    audit    INTEGER NOT NULL REFERENCES audits (id) ON DELETE CASCADE,
    camera   TEXT NOT NULL,
    kind     TEXT NOT NULL,                 -- crossing, stay
    place    TEXT NOT NULL,
    busy     INTEGER NOT NULL,              -- whether somebody was counted in them
    windows  INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,              -- begin of the first window
    last_ms  INTEGER NOT NULL,              -- end of the last
    PRIMARY KEY (audit, camera, kind, place, busy)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_clips (                  -- those that were picked
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    audit       INTEGER NOT NULL REFERENCES audits (id) ON DELETE CASCADE,
    camera      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    place       TEXT NOT NULL,
    busy        INTEGER NOT NULL,
    draw        REAL NOT NULL,              -- the lowest of the stratum are picked
    begin_ms    INTEGER NOT NULL,
    end_ms      INTEGER NOT NULL,
    film        TEXT NOT NULL,              -- the camera whose pictures they are
    drawing     TEXT NOT NULL,              -- the line or zone in them, JSON
    frames      INTEGER NOT NULL,           -- 0: the pictures are gone
    bytes       INTEGER NOT NULL,
    answer_in   INTEGER,                    -- of a stay: how many were there
    answer_out  INTEGER,
    unclear     INTEGER NOT NULL,           -- nobody can tell
    answered_by TEXT NOT NULL,
    answered_ms INTEGER
) STRICT;
CREATE INDEX audit_clips_by_audit ON audit_clips (audit, camera, kind, place, busy, draw);
)";

// To version 15: which cameras a version of the floor plan has calibrated; when each camera gave no pictures.
constexpr const char* kPlanCameras = R"(
CREATE TABLE plan_cameras (
    version TEXT NOT NULL,                  -- of layouts
    camera  TEXT NOT NULL,
    PRIMARY KEY (version, camera)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO plan_cameras SELECT layouts.version, json_extract(placed.value, '$.camera')
    FROM layouts, json_each(layouts.json, '$.cameras') AS placed
    WHERE layouts.camera = '' AND json_extract(placed.value, '$.calibration') IS NOT NULL;
CREATE INDEX outages_by_camera ON outages (camera, begin_ms, end_ms);
)";

// To version 16: by which pseudonyms receipts know somebody of the gallery, so that they forget him with it
// even where his card can't be opened.
constexpr const char* kGalleryCards = R"(
ALTER TABLE gallery_people ADD COLUMN cards TEXT NOT NULL DEFAULT '';  -- apart by spaces
)";

// To version 17: files that go with messages.
constexpr const char* kOutboxFiles = R"(
CREATE TABLE outbox_files (
    message INTEGER PRIMARY KEY REFERENCES outbox ON DELETE CASCADE,
    name    TEXT NOT NULL,
    type    TEXT NOT NULL,
    bytes   BLOB NOT NULL
) STRICT;
)";

/// Step n leads from version n to n + 1. A step that was released never changes again.
constexpr std::array kSteps = {kFirst,        kReasonCodes, kReceipts,    kAlarms,     kHealthAndPaths,
                               kWalks,        kStaff,       kGallery,     kTraits,     kBuyers,
                               kStaffWork,    kAudits,      kGoodsPlaces, kAlarmNotes, kPlanCameras,
                               kGalleryCards, kOutboxFiles, kPlanEntries};
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
