// Whatever comes as a request of an administrator: an answer that is not 500, whose body is JSON where it
// says so. The first byte chooses the route, of all but those that stream without an end; the first line is
// the query, the rest the body.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/http.h"
#include "api/routes/routes.h"
#include "api/services.h"
#include "api/shop_zone.h"
#include "api/stream.h"
#include "api/test_shop.h"
#include "base/result.h"

namespace {

// A fuzzer is its own program, and no names of the two meet.
using namespace vitrina;       // NOLINT(google-build-using-namespace): see above
using namespace vitrina::api;  // NOLINT(google-build-using-namespace): see above

UtcTime now() {
    return UtcTime(std::chrono::hours(500'000));
}

template <typename Expected>
auto must(Expected result) {
    VITRINA_ASSERT(result.has_value());
    return std::move(*result);
}

/// Records in a folder that is removed at the end, and a camera "door".
class Site {
  public:
    Site() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-fuzz-XXXXXX").string();
        VITRINA_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        records::DatabaseOptions options;
        options.reserve_bytes = 0;
        database_ = must(records::Database::open(folder_ / "vitrina.db", options));
        facts_ = std::make_unique<records::FactStore>(database_);
        receipts_ = std::make_unique<records::ReceiptStore>(database_);
        matches_ = std::make_unique<records::MatchStore>(database_);
        buyers_ = std::make_unique<records::BuyerStore>(database_);
        campaigns_ = std::make_unique<records::CampaignStore>(database_);
        alarms_ = std::make_unique<records::AlarmStore>(database_);
        shop_records_ = std::make_unique<records::ShopStore>(database_);
        paths_ = std::make_unique<records::PathStore>(database_);
        account_store_ = std::make_unique<records::AccountStore>(database_);
        AccountOptions cheap;
        cheap.password_cost = PasswordCost::kMinimal;
        accounts_ = must(Accounts::create(*account_store_, now, cheap));
        const auto token = must(accounts_->begin_setup());
        owner_ = must(accounts_->set_up(token.value(), "owner", "window with two cats", "en", {})).identity;
        sealer_ = must(privacy::Sealer::open(folder_ / "key"));
        notify::Delivery::Options delivery;
        delivery.now = now;
        delivery.send = [](const notify::Channel&, const notify::Message&, const notify::SendOptions&) {
            return Result<void>();
        };
        delivery_ = std::make_unique<notify::Delivery>(*alarms_, *sealer_, std::move(delivery));
        pipeline::AlarmWatch::Options watch;
        watch.to_local = [](UtcTime) { return rules::LocalTime{}; };
        watch.now = now;
        alarm_watch_ = std::make_unique<pipeline::AlarmWatch>(*alarms_, *matches_, shop_, std::move(watch));
        zone_ = must(ShopZone::create("Europe/Moscow"));
        pipeline::CameraSettings settings;
        settings.id = "door";
        VITRINA_ASSERT(shop_.set_camera(settings).has_value());
        services_ = std::make_unique<Services>(
            Services{.database = *database_,
                     .facts = *facts_,
                     .shop_records = *shop_records_,
                     .receipts = *receipts_,
                     .matches = *matches_,
                     .buyers = *buyers_,
                     .campaigns = *campaigns_,
                     .alarms = *alarms_,
                     .alarm_watch = *alarm_watch_,
                     .delivery = *delivery_,
                     .paths = *paths_,
                     .shop = shop_,
                     .accounts = *accounts_,
                     .sealer = *sealer_,
                     .shop_name = "shop",
                     .time_zone = "Europe/Moscow",
                     .version = "0",
                     .now = now,
                     .analysis_rate = [] { return 5.0; },
                     .changing = changing_,
                     .snapshot = [](const video::LiveOptions& /*options*/) -> video::Reached<Picture> {
                         return tl::unexpected(video::Trouble{video::TroubleCode::kNoAnswer, "no camera"});
                     },
                     .log = [](const std::string& /*line*/) {},
                     .zone = zone_.get()});
    }
    ~Site() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    [[nodiscard]] const Services& services() const { return *services_; }
    /// Stays: no input reaches his number.
    [[nodiscard]] const Identity& owner() const { return owner_; }

  private:
    std::filesystem::path folder_;
    std::shared_ptr<records::Database> database_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ReceiptStore> receipts_;
    std::unique_ptr<records::MatchStore> matches_;
    std::unique_ptr<records::BuyerStore> buyers_;
    std::unique_ptr<records::CampaignStore> campaigns_;
    std::unique_ptr<records::AlarmStore> alarms_;
    std::unique_ptr<records::ShopStore> shop_records_;
    std::unique_ptr<records::PathStore> paths_;
    std::unique_ptr<records::AccountStore> account_store_;
    std::unique_ptr<Accounts> accounts_;
    Identity owner_;
    std::unique_ptr<privacy::Sealer> sealer_;
    std::unique_ptr<ShopZone> zone_;
    Mutex changing_;
    TestShop shop_;
    std::unique_ptr<notify::Delivery> delivery_;
    std::unique_ptr<pipeline::AlarmWatch> alarm_watch_;
    std::unique_ptr<Services> services_;
};

/// Of those that need no feed, which belong to a server: they read nothing of what comes but a number.
std::vector<Route> fuzzed_routes() {
    constexpr std::array<std::string_view, 6> kOthers = {"/metrics",
                                                         "/api/live",
                                                         "/api/events",
                                                         "/api/alarms/live",
                                                         "/api/cameras/{id}/live.mp4",
                                                         "/api/cameras/{id}/live.mjpeg"};
    std::vector<Route> routes = all_routes().routes();
    std::erase_if(routes, [&](const Route& route) {
        return std::find(kOthers.begin(), kOthers.end(), route.pattern) != kOthers.end();
    });
    return routes;
}

/// What the route's {id} stands for; users' is not the owner's.
const char* id_of(const Route& route) {
    if (route.pattern.starts_with("/api/cameras/")) return "door";
    return route.pattern.starts_with("/api/users/") ? "2" : "1";
}

/// A table or a file, to its end.
std::string drained(Stream& stream) {
    std::string text;
    if (stream.start([] {})) return text;
    while (true) {
        const Batch batch = stream.next();
        for (const Chunk& chunk : batch.chunks)
            text += chunk.bytes;
        if (batch.end || batch.broken) return text;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    static const Site kSite;
    if (size == 0) return 0;
    static const std::vector<Route> kRoutes = fuzzed_routes();
    const Route& route = kRoutes[data[0] % kRoutes.size()];
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t line = text.find('\n');

    Request request;
    if (!parse_target("/api?" + std::string(text.substr(0, line)), request)) return 0;
    if (line != std::string_view::npos) request.body = text.substr(line + 1);
    request.headers["content-type"] = "application/json";
    request.method = route.method;
    request.parameters["id"] = id_of(route);
    request.who = kSite.owner();
    const Reply reply = route.handle(request, kSite.services());
    Response response = reply ? *reply : error_response(reply.error());
    if (response.stream) response.body = drained(*response.stream);
    VITRINA_ASSERT(response.status != 500);
    if (response.type == "application/json") VITRINA_ASSERT(nlohmann::json::accept(response.body));
    return 0;
}
