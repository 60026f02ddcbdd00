#include "api/shop_zone.h"

#include <algorithm>
#include <exception>

#include <date/tz.h>

namespace vitrina::api {

struct ShopZone::Zone {
    const date::time_zone* zone;  // of the library's database, which lives as long as the program
};

ShopZone::ShopZone(std::unique_ptr<Zone> zone) : zone_(std::move(zone)) {}
ShopZone::~ShopZone() = default;

Result<std::unique_ptr<ShopZone>> ShopZone::create(const std::string& name) {
    try {
        return std::unique_ptr<ShopZone>(new ShopZone(std::make_unique<Zone>(Zone{date::locate_zone(name)})));
    } catch (const std::exception&) {
        return misconfigured(name + ": is no time zone; they are called like Europe/Moscow or UTC");
    }
}

UtcTime ShopZone::begin_of(Bucket bucket, UtcTime instant) const {
    using std::chrono::ceil;
    using std::chrono::floor;
    using Milliseconds = std::chrono::milliseconds;
    if (bucket == Bucket::kDay) {
        const auto day = floor<date::days>(zone_->zone->to_local(instant));
        const UtcTime begin(zone_->zone->to_sys(day, date::choose::earliest).time_since_epoch());
        return floor<Milliseconds>(begin);
    }
    const auto info = zone_->zone->get_info(instant);
    const auto local = instant.time_since_epoch() + info.offset;
    const UtcTime begin(floor<std::chrono::hours>(local) - info.offset);
    return std::max(
        begin, UtcTime(std::chrono::duration_cast<Milliseconds>(
                   std::max(info.begin.time_since_epoch(), std::chrono::seconds(std::chrono::hours(-24))))));
}

UtcTime ShopZone::next(Bucket bucket, UtcTime begin) const {
    using Milliseconds = std::chrono::milliseconds;
    if (bucket == Bucket::kHour) {
        const auto info = zone_->zone->get_info(begin);
        const auto local = begin.time_since_epoch() + info.offset;
        const UtcTime end(std::chrono::floor<std::chrono::hours>(local) + std::chrono::hours(1) -
                          info.offset);
        const auto zone_end = std::min(info.end.time_since_epoch(),
                                       std::chrono::ceil<std::chrono::seconds>(end.time_since_epoch()));
        return std::min(end, UtcTime(std::chrono::duration_cast<Milliseconds>(zone_end)));
    }
    const auto day = std::chrono::floor<date::days>(zone_->zone->to_local(begin));
    UtcTime end = begin;
    // A day that the zone left out altogether (Samoa's 30 December 2011) begins where the next does.
    for (int days = 1; end <= begin; ++days)
        end = UtcTime(zone_->zone->to_sys(day + date::days(days), date::choose::earliest).time_since_epoch());
    return end;
}

std::vector<UtcTime> ShopZone::edges(Bucket bucket, UtcTime from, UtcTime to, std::size_t buckets_max) const {
    std::vector<UtcTime> edges = {begin_of(bucket, from)};
    while (edges.back() < to || edges.size() < 2) {
        if (edges.size() > buckets_max) return {};
        edges.push_back(next(bucket, edges.back()));
    }
    return edges;
}

}  // namespace vitrina::api
