// The steps of the schema (schema.cpp) that bring customers, campaigns and what was looked at online.
#pragma once

namespace vitrina::records {

/// Customers are pseudonyms of their cards as in receipts, or other names of them (card_names).
inline constexpr const char* kBuyers = R"(
CREATE INDEX receipts_by_card ON receipts (card, at_ms, kind, total_minor, number) WHERE card <> '';
CREATE TABLE card_names (                   -- how others call a card, as a pseudonym of that: its SHA-256
    name TEXT PRIMARY KEY,
    card TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE planogram (                    -- where goods lie
    sku   TEXT PRIMARY KEY,
    shelf TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX planogram_by_shelf ON planogram (shelf);
CREATE TABLE campaigns (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    target     TEXT NOT NULL,               -- list: customers; area: who lives there; everybody
    area       TEXT NOT NULL,               -- in words
    begin_ms   INTEGER NOT NULL,
    end_ms     INTEGER NOT NULL,
    cost_minor INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL
) STRICT;
CREATE TABLE campaign_audience (
    campaign   INTEGER NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    customer   TEXT NOT NULL,
    exposure   TEXT NOT NULL,               -- yes, no, unknown: whether he saw it
    exposed_ms INTEGER,
    consents   INTEGER NOT NULL,            -- to being looked at alone
    PRIMARY KEY (campaign, customer)
) STRICT, WITHOUT ROWID;
CREATE TABLE web_events (                   -- what customers looked at online
    customer TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    page     TEXT NOT NULL,
    sku      TEXT NOT NULL,
    PRIMARY KEY (customer, at_ms, page, sku)
) STRICT, WITHOUT ROWID;
CREATE INDEX web_events_by_time ON web_events (at_ms);
)";

/// To version 13: where on its shelf goods lie, what they are called and cost.
inline constexpr const char* kGoodsPlaces = R"(
ALTER TABLE planogram ADD COLUMN section TEXT NOT NULL DEFAULT '';   -- of the shelf; empty: anywhere on it
ALTER TABLE planogram ADD COLUMN name TEXT NOT NULL DEFAULT '';      -- empty: as receipts say
ALTER TABLE planogram ADD COLUMN price_minor INTEGER;                -- NULL: nobody said
)";

}  // namespace vitrina::records
