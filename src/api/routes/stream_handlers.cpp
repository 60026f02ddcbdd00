// What goes on as long as somebody listens or watches.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/fact_feed.h"
#include "api/fact_json.h"
#include "api/fields.h"
#include "api/live_view.h"
#include "api/routes/handlers.h"
#include "api/track_feed.h"

namespace vitrina::api {
namespace {

constexpr std::int64_t kEventsAtOnceMax = 1000;
constexpr std::int64_t kSequenceMax = std::numeric_limits<std::int64_t>::max() / 2;

Response event_stream(std::shared_ptr<Stream> stream) {
    Response response;
    response.type = "text/event-stream";
    response.headers.emplace_back("X-Accel-Buffering", "no");  // of proxies: events are to come at once
    response.stream = std::move(stream);
    return response;
}

/// The camera's pictures, or why there are none.
tl::expected<std::shared_ptr<video::View>, HttpError> view_of(const std::string& id,
                                                              const Services& services) {
    const auto state = services.shop.camera(id);
    if (!state) return not_found(fmt::format("camera \"{}\" is not there", id));
    if (state->status == pipeline::CameraStatus::kPaused)
        return refuse({409, "paused", fmt::format("camera \"{}\" is paused", id)});
    auto view = services.shop.view(id);
    if (view == nullptr)
        return refuse({503, "no_picture", fmt::format("camera \"{}\" gives no picture now", id),
                       std::chrono::seconds(2)});
    return view;
}

/// The Last-Event-ID of a browser that comes back, else after=; nothing: from now on.
std::optional<std::int64_t> place_of(const Request& request, QueryFields& fields) {
    const auto after = fields.whole_number("after", 0, kSequenceMax);
    const std::string_view last_id = request.header("last-event-id");
    std::int64_t sequence = 0;
    const auto [end, error] = std::from_chars(last_id.data(), last_id.data() + last_id.size(), sequence);
    const bool is_number = error == std::errc() && end == last_id.data() + last_id.size();
    return is_number && sequence >= 0 && sequence <= kSequenceMax ? sequence : after;
}

FactsTold told_to(const Request& request) {
    return request.who && sees_staff(*request.who) ? FactsTold::kAll : FactsTold::kWithoutStaff;
}

}  // namespace

Reply watch_mp4(const Request& request, const Services& services) {
    auto view = view_of(request.parameter("id"), services);
    if (!view) return refuse(view.error());
    // One that is not connected yet, as a main stream at its first viewer, may turn out to send it.
    if (!(*view)->has_mp4().value_or(true))
        return refuse({406, "not_h264", "the camera sends no upright H.264; watch live.mjpeg"});
    Response response;
    response.type = "video/mp4";
    response.stream = live_mp4(std::move(*view));
    return response;
}

Reply watch_mjpeg(const Request& request, const Services& services) {
    auto view = view_of(request.parameter("id"), services);
    if (!view) return refuse(view.error());
    Response response;
    response.type = kMjpegType;
    response.stream = live_mjpeg(std::move(*view));
    return response;
}

Reply watch_wall(const Request& request, const Services& services) {
    QueryFields fields(request);
    const auto ids = fields.list("camera");
    if (ids.empty()) fields.problem("camera", "names of cameras with commas between are needed");
    TRY(fields.done());
    std::vector<WallCamera> cameras;
    cameras.reserve(ids.size());
    std::optional<HttpError> last;
    for (const std::string& id : ids) {
        auto view = view_of(id, services);
        if (view)
            cameras.push_back({id, std::move(*view)});
        else if (view.error().status == 404)
            return refuse(view.error());
        else
            last = view.error();
    }
    // Of a wall the cameras that give no picture now are dark.
    if (cameras.empty()) return refuse(*last);
    Response response;
    response.type = kMjpegType;
    response.stream = live_wall(std::move(cameras));
    return response;
}

Reply listen_to_tracks(const Request& request, const Services& services) {
    QueryFields fields(request);
    auto cameras = fields.list("camera");
    TRY(fields.done());
    for (const std::string& camera : cameras)
        if (camera != kPlanCamera && !services.shop.camera(camera))
            return not_found(fmt::format("camera \"{}\" is not there", camera));
    return event_stream(services.track_feed->listen(std::move(cameras)));
}

Reply listen_to_facts(const Request& request, const Services& services) {
    QueryFields fields(request);
    const auto after = place_of(request, fields);
    TRY(fields.done());
    return event_stream(
        services.fact_feed->listen(after ? *after : services.fact_feed->last(), told_to(request)));
}

Reply list_facts(const Request& request, const Services& services) {
    QueryFields fields(request);
    const std::int64_t after = fields.whole_number("after", 0, kSequenceMax).value_or(0);
    const std::int64_t limit = fields.whole_number("limit", 1, kEventsAtOnceMax).value_or(kEventsAtOnceMax);
    TRY(fields.done());
    TRY_ASSIGN(const auto entries, services.facts.after(after, limit));
    std::string events;
    const FactsTold told = told_to(request);
    for (const records::LoggedEvent& entry : entries) {
        const auto shown = told == FactsTold::kAll ? std::optional(entry) : without_staff(entry);
        if (shown) events += (events.empty() ? "" : ",") + to_json(*shown);
    }
    Response response;
    response.type = "application/json";
    response.body = fmt::format(R"({{"events":[{}],"last":{}}})", events,
                                entries.empty() ? after : entries.back().sequence);
    return response;
}

}  // namespace vitrina::api
