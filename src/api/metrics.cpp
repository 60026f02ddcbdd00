#include "api/metrics.h"

#include <array>
#include <fstream>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/fact_feed.h"
#include "api/http_counters.h"
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

MetricFamily listeners(const Services& services) {
    MetricFamily result = family("vitrina_event_listeners", "Open streams of events.", MetricType::Gauge);
    add(result, {{"stream", "events"}}, static_cast<double>(services.fact_feed->listeners()));
    add(result, {{"stream", "live"}}, static_cast<double>(services.track_feed->listeners()));
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
