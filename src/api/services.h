// What the routes work with. Everything in it outlives the server. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/accounts/accounts.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"
#include "domain/shop_hours.h"
#include "notify/delivery.h"
#include "pipeline/alarm_watch.h"
#include "pipeline/shop.h"
#include "privacy/sealer.h"
#include "records/alarm_store.h"
#include "records/audit_store.h"
#include "records/buyer_store.h"
#include "records/campaign_store.h"
#include "records/database.h"
#include "records/fact_store.h"
#include "records/match_store.h"
#include "records/path_store.h"
#include "records/receipt_store.h"
#include "records/shop_store.h"
#include "video/live_camera.h"

namespace vitrina::pipeline {
class AuditWatch;
class FaceWatch;
class PeopleWatch;
class WalkerWatch;
}  // namespace vitrina::pipeline

namespace vitrina::teach {
class School;
}

namespace vitrina::api {

/// A shop that this program serves, for who goes from one to another.
struct SiteLink {
    std::string name;
    std::string path;  // before all addresses of it: "" or "/simulated"
    bool simulated = false;
};

/// How far the past of a simulated shop has been made up.
struct SimulationProgress {
    int days = 0;
    int done = 0;
    bool is_live = false;
};

class AlarmFeed;
struct RecognitionServices;
class FactFeed;
class HttpCounters;
class ShopZone;
class TrackFeed;

/// What the program gives.
struct Services {
    records::Database& database;
    records::FactStore& facts;
    records::ShopStore& shop_records;
    records::ReceiptStore& receipts;
    records::MatchStore& matches;
    records::BuyerStore& buyers;
    records::CampaignStore& campaigns;
    records::AlarmStore& alarms;
    pipeline::AlarmWatch& alarm_watch;
    notify::Delivery& delivery;
    records::PathStore& paths;
    pipeline::Shop& shop;
    records::AuditStore* audits = nullptr;        // null: there are no cameras whose counts could be audited
    pipeline::AuditWatch* audit_watch = nullptr;  // null with it
    pipeline::PeopleWatch* people = nullptr;      // null: nobody's looks are kept
    const pipeline::FaceWatch* faces = nullptr;   // null: nobody's face is looked at
    teach::School* school = nullptr;              // null: there are no goods to teach
    Accounts& accounts;
    privacy::Sealer& sealer;

    std::string shop_name;
    std::string time_zone;               // "Europe/Moscow"
    std::chrono::minutes day_begins{0};  // by its clock
    ShopHours hours = {};
    std::string version;  // of the program
    std::function<UtcTime()> now;
    /// Detections a second that cameras of the records are due, now.
    std::function<double()> analysis_rate;
    /// Held while a camera or a layout changes in the records and in the shop, so that both take the changes
    /// in the same order.
    Mutex& changing;
    /// One picture of a camera; video::snapshot but in tests.
    std::function<video::Reached<Picture>(const video::LiveOptions&)> snapshot;
    /// A line for the log: each request, and what failed. Called by several threads.
    std::function<void(const std::string& line)> log;

    /// Names that somebody gave to members of the staff, by the numbers of labels; empty: there are none.
    std::function<std::map<std::int64_t, std::string>()> staff_names = {};

    std::vector<SiteLink> sites = {};  // the first is the one to begin with; none: there is only this one
    /// Who is known by face; null for a simulated shop.
    const RecognitionServices* recognition = nullptr;
    /// Of a simulated shop; empty for a real one.
    std::function<SimulationProgress()> simulation = {};

    // Filled in by Api, which owns them.
    const ShopZone* zone = nullptr;
    AlarmFeed* alarm_feed = nullptr;
    FactFeed* fact_feed = nullptr;
    TrackFeed* track_feed = nullptr;
    const pipeline::WalkerWatch* walkers = nullptr;
    HttpCounters* counters = nullptr;
    const Services* real = nullptr;  // of a simulated shop: the real one beside it
};

}  // namespace vitrina::api
