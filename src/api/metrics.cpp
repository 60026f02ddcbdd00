#include "api/metrics.h"

#include <array>
#include <chrono>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/fact_feed.h"
#include "api/http_counters.h"
#include "api/recognition_services.h"
#include "api/shop_zone.h"
#include "api/track_feed.h"

namespace vitrina::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

MetricFamily family(const char* name, const char* help, MetricType type) {
    MetricFamily result;
    result.name = name;
    result.help = help;
    result.type = type;
    return result;
}

void add(MetricFamily& to, Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (to.type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    to.metric.push_back(std::move(metric));
}

MetricFamily single(const char* name, const char* help, MetricType type, double value) {
    MetricFamily result = family(name, help, type);
    add(result, {}, value);
    return result;
}

/// A figure of each camera.
struct CameraFigure {
    const char* name;
    const char* help;
    MetricType type;
    double (*value)(const pipeline::CameraState& camera);
};

template <auto Member>
double member(const pipeline::CameraState& camera) {
    return static_cast<double>(camera.*Member);
}

using State = pipeline::CameraState;

constexpr std::array kCameraFigures = {
    CameraFigure{
        "vitrina_camera_live", "1 while the camera gives pictures.", MetricType::Gauge,
        [](const State& camera) { return camera.status == pipeline::CameraStatus::kLive ? 1.0 : 0.0; }},
    CameraFigure{"vitrina_camera_frames_decoded_total", "Pictures that came.", MetricType::Counter,
                 member<&State::decoded>},
    CameraFigure{"vitrina_camera_frames_analysed_total", "Pictures that were analysed.", MetricType::Counter,
                 member<&State::analysed>},
    CameraFigure{"vitrina_camera_frames_skipped_total", "Pictures that were passed over.",
                 MetricType::Counter, member<&State::skipped>},
    CameraFigure{"vitrina_camera_frames_damaged_total", "Pictures that are damaged.", MetricType::Counter,
                 member<&State::damaged>},
    CameraFigure{"vitrina_camera_reconnects_total", "How often the connection was made anew.",
                 MetricType::Counter, member<&State::reconnects>},
    CameraFigure{"vitrina_camera_frame_rate", "Pictures a second that come.", MetricType::Gauge,
                 member<&State::frame_rate>},
    CameraFigure{"vitrina_camera_bits_per_second", "Bit rate of the stream.", MetricType::Gauge,
                 member<&State::bit_rate>},
    CameraFigure{"vitrina_camera_without_picture_seconds", "Since the last picture.", MetricType::Gauge,
                 member<&State::without_picture_s>},
    CameraFigure{"vitrina_camera_analysis_delay_seconds", "From a picture to its facts, 95th percentile.",
                 MetricType::Gauge, [](const State& camera) { return camera.analysis_delay_ms_p95 / 1000; }},
    CameraFigure{"vitrina_camera_troubles", "What is wrong with its pictures: how many kinds of trouble.",
                 MetricType::Gauge,
                 [](const State& camera) { return static_cast<double>(camera.troubles.size()); }},
    CameraFigure{"vitrina_camera_people", "People in the picture now.", MetricType::Gauge,
                 member<&State::people>},
};

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double processor_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

MetricFamily requests(const HttpCounters& counters) {
    MetricFamily result =
        family("vitrina_http_requests_total", "Requests by route and status.", MetricType::Counter);
    for (const auto& [key, count] : counters.counts())
        add(result, {{"route", key.first}, {"status", std::to_string(key.second)}},
            static_cast<double>(count));
    return result;
}

MetricFamily floor_misses(const pipeline::FloorState& floor) {
    MetricFamily result = family(
        "vitrina_floor_pictures_dropped_total",
        "Pictures that the floor plan went on without: looked at too late, of a clock that is wrong, or "
        "there was no time.",
        MetricType::Counter);
    for (const pipeline::FloorMisses& misses : floor.misses) {
        add(result, {{"camera", misses.camera}, {"why", "late"}}, static_cast<double>(misses.late));
        add(result, {{"camera", misses.camera}, {"why", "clock"}}, static_cast<double>(misses.clock));
        add(result, {{"camera", misses.camera}, {"why", "overflow"}}, static_cast<double>(misses.overflow));
    }
    return result;
}

MetricFamily listeners(const Services& services) {
    MetricFamily result = family("vitrina_event_listeners", "Open streams of events.", MetricType::Gauge);
    add(result, {{"stream", "events"}}, static_cast<double>(services.fact_feed->listeners()));
    add(result, {{"stream", "live"}}, static_cast<double>(services.track_feed->listeners()));
    return result;
}

/// What the shop does today: who came in and where, and what was sold.
Result<void> add_today(const Services& services, std::vector<MetricFamily>& families) {
    const UtcTime now = services.now();
    const std::vector<UtcTime> today = {services.zone->begin_of(Bucket::kDay, now),
                                        now + std::chrono::milliseconds(1)};
    TRY_ASSIGN(const auto counts, services.facts.counts(today, std::nullopt, records::People::kCustomers));
    MetricFamily crossings = family("vitrina_crossings_today",
                                    "Crossings of a line since the shop's day began.", MetricType::Gauge);
    MetricFamily visits =
        family("vitrina_visits_today", "Visits of a zone since the shop's day began.", MetricType::Gauge);
    for (const records::LineCount& line : counts.front().lines) {
        add(crossings, {{"camera", line.camera}, {"line", line.line}, {"direction", "in"}},
            static_cast<double>(line.in));
        add(crossings, {{"camera", line.camera}, {"line", line.line}, {"direction", "out"}},
            static_cast<double>(line.out));
    }
    for (const records::ZoneCount& zone : counts.front().zones)
        add(visits, {{"camera", zone.camera}, {"zone", zone.zone}}, static_cast<double>(zone.visits));
    families.push_back(std::move(crossings));
    families.push_back(std::move(visits));

    const auto floor = services.shop.floor();
    TRY_ASSIGN(const auto sales,
               services.matches.sales(today, floor ? floor->cameras : std::vector<std::string>()));
    const records::SalesCount& count = sales.front();
    families.push_back(single("vitrina_entries_today", "Customers who came in since the shop's day began.",
                              MetricType::Gauge, static_cast<double>(count.entries)));
    MetricFamily receipts =
        family("vitrina_receipts_today", "Receipts since the shop's day began.", MetricType::Gauge);
    add(receipts, {{"kind", "sale"}}, static_cast<double>(count.sales));
    add(receipts, {{"kind", "return"}}, static_cast<double>(count.returns));
    families.push_back(std::move(receipts));
    return {};
}

/// Queues as they are, and what is expected of them.
void add_queues(const Services& services, std::vector<MetricFamily>& families) {
    MetricFamily length =
        family("vitrina_queue_length", "People who wait in a queue now.", MetricType::Gauge);
    MetricFamily wait =
        family("vitrina_queue_wait_seconds", "What somebody who joins may expect.", MetricType::Gauge);
    MetricFamily open = family("vitrina_till_open", "1 while somebody serves there.", MetricType::Gauge);
    MetricFamily expected =
        family("vitrina_queue_expected", "People who are expected to wait at all tills.", MetricType::Gauge);
    for (const pipeline::QueueForecast& forecast : services.shop.forecasts()) {
        for (const pipeline::QueueNow& queue : forecast.queues) {
            const Labels place = {{"camera", forecast.camera}, {"queue", queue.queue}};
            add(length, place, queue.length);
            add(wait, place, to_seconds(queue.wait));
            add(open, {{"camera", forecast.camera}, {"till", queue.till}}, queue.is_open ? 1 : 0);
        }
        for (const insight::Outlook& outlook : forecast.outlooks)
            add(expected,
                {{"camera", forecast.camera},
                 {"minutes",
                  std::to_string(std::chrono::duration_cast<std::chrono::minutes>(outlook.ahead).count())}},
                outlook.expected);
    }
    for (MetricFamily* const one : {&length, &wait, &open, &expected})
        families.push_back(std::move(*one));
}

/// Alarms that go on, and the messages that tell of them.
Result<void> add_alarms(const Services& services, std::vector<MetricFamily>& families) {
    TRY_ASSIGN(const auto open, services.alarms.open_alarms());
    std::map<std::string, std::pair<double, double>> counts;  // all, and those that nobody acknowledged
    for (const auto severity : {rules::Severity::kInfo, rules::Severity::kWarning, rules::Severity::kUrgent})
        counts[std::string(rules::to_text(severity))] = {0, 0};
    for (const records::AlarmRecord& alarm : open) {
        ++counts[alarm.severity].first;
        counts[alarm.severity].second += alarm.acknowledged ? 0 : 1;
    }
    MetricFamily all = family("vitrina_alarms_open", "Alarms that go on.", MetricType::Gauge);
    MetricFamily unseen =
        family("vitrina_alarms_unacknowledged", "Those of them that nobody acknowledged.", MetricType::Gauge);
    for (const auto& [severity, count] : counts) {
        add(all, {{"severity", severity}}, count.first);
        add(unseen, {{"severity", severity}}, count.second);
    }
    families.push_back(std::move(all));
    families.push_back(std::move(unseen));

    TRY_ASSIGN(const auto channels, services.alarms.channels());
    TRY_ASSIGN(const auto health, services.alarms.channel_health(services.now()));
    MetricFamily waiting =
        family("vitrina_messages_waiting", "Messages that a channel has not taken yet.", MetricType::Gauge);
    MetricFamily given_up =
        family("vitrina_messages_given_up", "Messages that a channel never took, of the last week.",
               MetricType::Gauge);
    for (const records::ChannelHealth& one : health)
        for (const records::ChannelRecord& channel : channels) {
            if (channel.id != one.channel) continue;
            // Without its name: that says who is told, and metrics may be everybody's to read.
            const Labels labels = {{"channel", std::to_string(channel.id)}, {"kind", channel.kind}};
            add(waiting, labels, static_cast<double>(one.waiting));
            add(given_up, labels, static_cast<double>(one.given_up));
        }
    families.push_back(std::move(waiting));
    families.push_back(std::move(given_up));
    return {};
}

MetricFamily zones_now(const Services& services) {
    MetricFamily result = family("vitrina_zone_people", "People in a zone now.", MetricType::Gauge);
    for (const pipeline::ZoneNow& zone : services.shop.now())
        add(result, {{"camera", zone.camera}, {"zone", zone.zone}}, zone.people);
    return result;
}

}  // namespace

Result<std::string> metrics_text(const Services& services) {
    TRY_ASSIGN(const std::int64_t facts, services.facts.last_sequence());
    const auto cameras = services.shop.cameras();
    std::vector<MetricFamily> families;
    for (const CameraFigure& figure : kCameraFigures) {
        MetricFamily result = family(figure.name, figure.help, figure.type);
        for (const pipeline::CameraState& camera : cameras)
            add(result, {{"camera", camera.settings.id}}, figure.value(camera));
        families.push_back(std::move(result));
    }
    int people = 0;
    for (const pipeline::CameraState& camera : cameras)
        people += camera.people;
    families.push_back(single("vitrina_people", "People in all pictures now.", MetricType::Gauge, people));
    families.push_back(single("vitrina_facts_total", "Entries of the log of facts.", MetricType::Counter,
                              static_cast<double>(facts)));
    if (const auto floor = services.shop.floor()) {
        families.push_back(single("vitrina_floor_delay_seconds",
                                  "From a picture to what the floor plan tells of it, 95th percentile.",
                                  MetricType::Gauge, floor->delay_ms / 1000));
        families.push_back(floor_misses(*floor));
    }
    if (services.recognition != nullptr) {
        TRY_ASSIGN(const auto looks, services.recognition->looks.newest(1));
        MetricFamily entries =
            family("vitrina_look_log_entries",
                   "Entries of the log of looks at personal data, with the hash of the last: "
                   "who keeps it can tell whether the log was changed or cut.",
                   MetricType::Gauge);
        for (const records::LookEntry& last : looks)
            add(entries, {{"head", last.hash}}, static_cast<double>(last.number));
        families.push_back(std::move(entries));
    }
    families.push_back(zones_now(services));
    TRY(add_today(services, families));
    add_queues(services, families);
    TRY(add_alarms(services, families));
    const pipeline::FactBacklog backlog = services.shop.backlog();
    families.push_back(single("vitrina_facts_waiting", "Facts that wait for the disk.", MetricType::Gauge,
                              static_cast<double>(backlog.waiting)));
    families.push_back(single("vitrina_facts_dropped_total",
                              "Facts given up: the disk took none for too long.", MetricType::Counter,
                              static_cast<double>(backlog.dropped)));
    families.push_back(single("vitrina_facts_refused_total", "Facts that no record can hold.",
                              MetricType::Counter, static_cast<double>(backlog.refused)));
    families.push_back(single("vitrina_paths_dropped_total", "Pieces of paths given up likewise.",
                              MetricType::Counter, static_cast<double>(backlog.paths_dropped)));
    families.push_back(single("vitrina_paths_forgotten_total",
                              "Pieces of paths that went before their time: the disk was full.",
                              MetricType::Counter, static_cast<double>(backlog.paths_forgotten)));
    families.push_back(requests(*services.counters));
    families.push_back(listeners(services));
    const records::ReserveState reserve = services.database.reserve();
    families.push_back(single("vitrina_disk_reserve_used", "1 when the disk is full and somebody must act.",
                              MetricType::Gauge, reserve == records::ReserveState::kUsed ? 1 : 0));
    families.push_back(single("vitrina_disk_reserve_not_taken",
                              "1 when the disk has no room to set any aside for when it is full.",
                              MetricType::Gauge, reserve == records::ReserveState::kNotTaken ? 1 : 0));
    families.push_back(
        single("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge, resident_bytes()));
    families.push_back(
        single("process_cpu_seconds_total", "Processor time.", MetricType::Counter, processor_seconds()));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace vitrina::api
