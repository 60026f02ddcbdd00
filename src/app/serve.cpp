#include "app/serve.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "api/api.h"
#include "api/camera_settings.h"
#include "api/certificate.h"
#include "api/receipt_intake.h"
#include "api/shop_zone.h"
#include "app/config.h"
#include "app/config_check.h"
#include "app/descriptor_limit.h"
#include "app/disk_room.h"
#include "app/interrupt.h"
#include "app/receipt_folder.h"
#include "app/recognition.h"
#include "app/report.h"
#include "app/report_schedule.h"
#include "app/shop_data.h"
#include "app/simulated_site.h"
#include "app/version.h"
#include "base/mutex.h"
#include "drawing/page_print.h"
#include "notify/delivery.h"
#include "perceive/body_describer.h"
#include "perceive/centernet.h"
#include "perceive/face_eyes.h"
#include "perceive/model_store.h"
#include "perceive/movenet.h"
#include "pipeline/alarm_watch.h"
#include "pipeline/audit_watch.h"
#include "pipeline/face_watch.h"
#include "pipeline/live_shop.h"
#include "pipeline/people_watch.h"
#include "pipeline/receipt_matcher.h"
#include "teach/school.h"
#include "video/live_camera.h"

namespace vitrina::app {
namespace {

// A stop that takes longer has hung, and whoever started us wants to start us again.
constexpr unsigned kStopSecondsMax = 5;
// A shorter pause than this is a restart, and nobody has to be told.
constexpr std::chrono::seconds kPauseMin{30};

/// What can't be written to the log is lost, and nothing else: a full disk is no reason to stop counting.
void say(const std::string& message) {
    const std::string line = fmt::format("vitrina: {}\n", message);
    static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

pipeline::Retention retention_of(const RetentionConfig& config) {
    return {.facts = config.facts, .heat = config.heat, .log = config.log, .paths = config.paths};
}

pipeline::CameraSettings settings_of(const CameraConfig& camera) {
    pipeline::CameraSettings settings;
    settings.id = camera.id;
    settings.name = camera.name;
    settings.read_only = true;
    settings.paused = camera.paused;
    settings.udp = camera.udp;
    settings.rate = camera.rate;
    if (!camera.file.empty()) {
        settings.address = camera.file.string();
        settings.play_file = true;
        return settings;
    }
    settings.address = video::with_credentials(camera.address, camera.user, camera.password);
    if (!camera.view_address.empty())
        settings.view_address = video::with_credentials(camera.view_address, camera.user, camera.password);
    return settings;
}

// build/release/bin/vitrina -> web/dist; PREFIX/bin/vitrina -> PREFIX/share/vitrina/dashboard
std::filesystem::path dashboard_beside_program() {
    std::error_code error;
    const std::filesystem::path bin = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    const std::filesystem::path installed = bin.parent_path() / "share/vitrina/dashboard";
    if (std::filesystem::is_directory(installed, error)) return installed;
    return bin.parent_path().parent_path().parent_path() / "web/dist";
}

// The files that are configured, or a certificate of our own in the data folder, made when there is none
// that will do.
Result<api::TlsFiles> tls_files(const Config& config) {
    if (!config.http.tls->self_signed)
        return api::TlsFiles{config.http.tls->certificate, config.http.tls->key};
    const api::TlsFiles files{config.data / "certificate.pem", config.data / "certificate.key"};
    TRY_ASSIGN(const bool made, api::ensure_certificate(files, api::names_of_this_computer()));
    if (made)
        say(fmt::format("made a certificate for {} days: {}", api::kCertificateDays,
                        files.certificate.string()));
    return files;
}

class Serving {
  public:
    explicit Serving(const ServeRequest& request, Config config)
        : request_(request), config_(std::move(config)), analysis_rate_(config_.analysis.rate) {}

    Result<void> operator()();

  private:
    Result<void> start();
    Result<void> start_shop();
    Result<void> start_api();
    Result<void> start_people();
    void start_audit();
    void start_school();
    void start_faces(pipeline::LiveShopOptions& options);
    Result<void> start_alarms();
    Result<void> start_recognition();
    Result<void> start_receipts();
    void start_reports();
    void start_room();
    void tell_pause();
    void tell_setup();
    void add_cameras();
    /// Those that were added in the browser, as far as they aren't as they should be yet.
    void set_recorded_cameras();
    void reload();
    void apply_cameras(const Config& wanted);
    void run();

    const ServeRequest& request_;
    Config config_;
    std::atomic<double> analysis_rate_;  // of config_, for the API's threads
    Mutex changing_;                     // see api::Services
    ShopData data_;
    std::unique_ptr<api::Accounts> accounts_;
    std::unique_ptr<pipeline::FaceWatch> faces_;  // may be null
    std::unique_ptr<pipeline::LiveShop> shop_;
    std::unique_ptr<pipeline::PeopleWatch> people_;  // may be null
    std::shared_ptr<void> looks_;                    // what it is told
    std::unique_ptr<pipeline::AuditWatch> audit_;
    std::shared_ptr<void> film_;  // what it is told
    std::unique_ptr<teach::School> school_;
    std::unique_ptr<api::ShopZone> zone_;
    std::unique_ptr<notify::Delivery> delivery_;
    std::shared_ptr<pipeline::QueueLimits> queue_limits_ = std::make_shared<pipeline::QueueLimits>();
    std::unique_ptr<pipeline::AlarmWatch> alarms_;
    std::unique_ptr<Recognition> recognition_;
    std::unique_ptr<SimulatedSite> simulated_;  // may be null
    std::unique_ptr<api::Api> api_;
    std::unique_ptr<pipeline::ReceiptMatcher> matcher_;
    std::unique_ptr<ReceiptFolder> receipts_;  // may be null
    std::unique_ptr<ReportSchedule> reports_;  // may be null
    std::unique_ptr<DiskRoom> room_;
};

Result<void> Serving::operator()() {
    block_interrupts();  // before any thread begins
    TRY(start());
    sd_notify(0, "READY=1");
    run();
    sd_notify(0, "STOPPING=1");
    say("stopping");
    alarm(kStopSecondsMax);
    looks_.reset();
    film_.reset();
    audit_->stop();
    if (people_) people_->stop();  // before the shop writes its last: labels are written with it
    if (faces_) faces_->stop();    // likewise
    shop_->stop();  // before the rest, so that all is written should a request keep that from ending in time
    reports_.reset();
    receipts_.reset();
    matcher_.reset();
    if (simulated_) simulated_->stop();
    drawing::end_printing();  // that somebody asked for: a stop doesn't wait for it
    api_.reset();
    school_.reset();
    people_.reset();
    audit_.reset();
    simulated_.reset();
    if (faces_) faces_->hand_on_to(nullptr);
    recognition_.reset();
    alarms_.reset();
    delivery_.reset();
    shop_.reset();
    say("stopped");
    return {};
}

Result<void> Serving::start() {
    TRY_ASSIGN(data_, ShopData::open(config_, DataUse::kShop));
    data_.facts->set_log(say);
    api::AccountOptions account_options;
    account_options.session_idle_max = config_.http.session;
    TRY_ASSIGN(accounts_, api::Accounts::create(*data_.accounts, utc_now, account_options));
    TRY_ASSIGN(zone_, api::ShopZone::create(config_.shop.time_zone, config_.shop.day_begins));
    TRY(start_shop());
    TRY(start_people());
    start_audit();
    start_school();
    TRY(start_alarms());
    TRY(start_recognition());
    if (!config_.simulation.shop.empty()) {
        // What is made up keeps no real camera from being counted.
        auto simulated = SimulatedSite::create(config_, *accounts_, say);
        if (simulated)
            simulated_ = std::move(*simulated);
        else
            say("the simulated shop does not open: " + simulated.error().message);
    }
    TRY(start_api());
    TRY(start_receipts());
    start_reports();
    start_room();
    // From here on it has run.
    tell_pause();
    shop_->begin_to_live();
    add_cameras();  // not before the port is ours: a start that fails must not end visits
    tell_setup();
    return {};
}

void Serving::tell_pause() {
    const auto last = data_.shop->last_alive();
    if (!last || !*last) return;
    const UtcTime now = utc_now();
    if (now - **last < kPauseMin) return;
    if (!data_.shop->outage_began("", **last, "Vitrina did not run", "not_running") ||
        !data_.shop->outage_ended("", now))
        say("the time in which Vitrina did not run could not be recorded");
}

Result<void> Serving::start_shop() {
    TRY_ASSIGN(const perceive::ModelInfo model, perceive::find_model(perceive::kPeopleNetwork));
    TRY_ASSIGN(const std::filesystem::path network, perceive::verified_model(model));
    pipeline::LiveShopOptions options;
    options.shop = config_.shop.name;
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    options.threads = config_.analysis.threads > 0 ? config_.analysis.threads : cores;
    options.retention = retention_of(config_.retention);
    options.forecast.clock = zone_->clock_from(utc_now());
    options.back_within = config_.people.back_minutes;
    options.forecast.limit_now = [limits = queue_limits_](const std::string& camera) {
        return limits->of(camera);
    };
    options.log = say;
    options.make_detector = [network](int width, int height) -> Result<std::unique_ptr<perceive::Detector>> {
        return perceive::CenterNet::create(network, width, height);
    };
    if (config_.analysis.poses) {
        TRY_ASSIGN(const perceive::ModelInfo joints, perceive::find_model(perceive::kPoseNetwork));
        options.make_pose_network = [joints]() -> Result<std::unique_ptr<perceive::PoseEstimator>> {
            TRY_ASSIGN(const std::filesystem::path file, perceive::verified_model(joints));
            TRY_ASSIGN(auto made, perceive::MoveNet::create(file));
            return std::unique_ptr<perceive::PoseEstimator>(std::move(made));
        };
    }
    options.body_form = perceive::kBodyForm;
    if (config_.people.looks)
        options.make_body_describer = [network]() -> Result<pipeline::LiveShopOptions::DescribeBody> {
            TRY_ASSIGN(auto made, perceive::BodyDescriber::create(network));
            return
                [describer = std::shared_ptr<perceive::BodyDescriber>(std::move(made))](
                    const Picture& picture, const Box& body) { return describer->describe(picture, body); };
        };
    if (config_.people.faces) start_faces(options);
    TRY_ASSIGN(shop_,
               pipeline::LiveShop::create(std::move(options), *data_.facts, *data_.shop, *data_.paths));
    return {};
}

// Without its networks sex and age are not known, and the rest of the shop goes on.
void Serving::start_faces(pipeline::LiveShopOptions& options) {
    auto files = perceive::FaceNetworks::verified_files();
    if (!files) return say("nobody's face is looked at: " + files.error().message);
    pipeline::FaceWatch::Options watch;
    watch.shop = config_.shop.name;
    watch.publish = [this](std::vector<LiveEvent> events) { shop_->publish(std::move(events)); };
    watch.revision_of = [this](const std::string& id) {
        const auto known = data_.facts->revision_of(id);
        return known ? *known : 0;
    };
    faces_ = std::make_unique<pipeline::FaceWatch>(std::move(watch));
    options.faces = faces_.get();
    options.make_face_eyes = [files = *files] { return perceive::FaceNetworks::create(files); };
}

Result<void> Serving::start_people() {
    if (!config_.people.looks) return {};
    pipeline::PeopleWatch::Options options;
    options.shop = config_.shop.name;
    options.form = perceive::kBodyForm;
    options.keep = config_.people.keep_minutes;
    options.now = utc_now;
    options.publish = [this](std::vector<LiveEvent> events) { shop_->publish(std::move(events)); };
    options.log = say;
    TRY_ASSIGN(people_, pipeline::PeopleWatch::create(*data_.taught, *data_.facts, *data_.sealer, *shop_,
                                                      std::move(options)));
    looks_ = shop_->on_looks([this](const pipeline::BodyLook& look) { people_->look(look); });
    return {};
}

void Serving::start_school() {
    teach::School::Options options;
    options.folder = config_.data / "teach";
    // The best guess first: what was best on groceries (docs/accuracy.md).
    for (const char* const name : {perceive::kGoodsNetwork, perceive::kPeopleNetwork})
        if (const auto model = perceive::find_model(name))
            if (const auto file = perceive::verified_model(*model)) options.networks.push_back(*file);
    options.now = utc_now;
    options.log = say;
    school_ = std::make_unique<teach::School>(std::move(options));
}

void Serving::start_audit() {
    pipeline::AuditWatch::Options options;
    options.folder = config_.data / "audit";
    options.now = utc_now;
    options.want_film = [this](bool wanted) { shop_->want_film(wanted); };
    options.has_room = [this] { return data_.database->reserve() != records::ReserveState::kUsed; };
    options.log = say;
    audit_ = std::make_unique<pipeline::AuditWatch>(*data_.audits, *data_.sealer, *shop_, std::move(options));
    film_ = shop_->on_film([this](const pipeline::FilmFrame& frame) { audit_->film(frame); });
}

void Serving::add_cameras() {
    for (const CameraConfig& camera : config_.cameras)
        if (const auto set = shop_->set_camera(settings_of(camera)); !set)
            say(fmt::format("camera {}: {}", camera.id, set.error().message));
    set_recorded_cameras();
}

void Serving::set_recorded_cameras() {
    const MutexLock lock(changing_);
    const auto cameras = data_.shop->cameras();
    if (!cameras) {
        say(cameras.error().message);
        return;
    }
    for (const records::CameraRecord& camera : *cameras) {
        const auto opened = api::settings_of(*data_.sealer, camera, analysis_rate_);
        const pipeline::CameraSettings settings =
            opened ? *opened : api::settings_without_secret(camera, analysis_rate_);
        const auto known = shop_->camera(camera.id);
        if (known && known->settings == settings) continue;
        const bool configured = known && known->settings.read_only;
        if (!opened && !configured)
            say(fmt::format("camera {}: {}; give its password again", camera.id, opened.error().message));
        const Result<void> set =
            configured ? Result<void>(failed("vitrina.yaml has a camera of this id, which goes before it"))
                       : shop_->set_camera(settings);
        if (!set) say(fmt::format("camera {}: {}", camera.id, set.error().message));
    }
}

Result<void> Serving::start_api() {
    api::Services services{.database = *data_.database,
                           .facts = *data_.facts,
                           .shop_records = *data_.shop,
                           .receipts = *data_.receipts,
                           .matches = *data_.matches,
                           .buyers = *data_.buyers,
                           .campaigns = *data_.campaigns,
                           .alarms = *data_.alarms,
                           .alarm_watch = *alarms_,
                           .delivery = *delivery_,
                           .paths = *data_.paths,
                           .shop = *shop_,
                           .audits = data_.audits.get(),
                           .audit_watch = audit_.get(),
                           .people = people_.get(),
                           .faces = faces_.get(),
                           .school = school_.get(),
                           .accounts = *accounts_,
                           .sealer = *data_.sealer,
                           .shop_name = config_.shop.name,
                           .time_zone = config_.shop.time_zone,
                           .day_begins = config_.shop.day_begins,
                           .hours = config_.shop.hours,
                           .version = kVersion,
                           .now = utc_now,
                           .analysis_rate = [this] { return analysis_rate_.load(); },
                           .changing = changing_,
                           .snapshot = video::snapshot,
                           .log = say};
    services.recognition = recognition_->services();
    if (people_)
        services.staff_names = [people = people_.get()] {
            std::map<std::int64_t, std::string> names;
            for (const pipeline::PeopleWatch::TaughtStaff& staff : people->taught_staff())
                if (!staff.name.empty()) names[staff.id] = staff.name;
            return names;
        };
    std::optional<api::Services> simulated;
    if (simulated_) {
        simulated.emplace(simulated_->services());
        services.sites = {{config_.shop.name, "", false}};
        services.sites.insert(config_.simulation.first ? services.sites.begin() : services.sites.end(),
                              {simulated_->name(), "/simulated", true});
        simulated->sites = services.sites;
    }
    api::ApiOptions options;
    if (config_.http.public_metrics) options.metrics = api::Metrics::kPublic;
    options.server.limits.connections_max = connections_within(raise_descriptor_limit());
    if (options.server.limits.connections_max < api::ServerLimits{}.connections_max)
        say(fmt::format("this system allows few open files: at most {} connections are served",
                        options.server.limits.connections_max));
    options.server.address = config_.http.address;
    options.server.port = static_cast<std::uint16_t>(config_.http.port);
    if (config_.http.tls) {
        TRY_ASSIGN(options.server.tls, tls_files(config_));
    }
    options.dashboard = request_.dashboard.empty() ? dashboard_beside_program() : request_.dashboard;
    auto api = api::Api::create(services, options, simulated ? &*simulated : nullptr);
    if (!api && api.error().kind == ErrorKind::kConfiguration)
        return tl::unexpected(at_key(config_, "http.port", std::move(api).error()));
    TRY_ASSIGN(api_, std::move(api));
    return {};
}

Result<void> Serving::start_alarms() {
    notify::Delivery::Options delivery;
    delivery.loopback = config_.notify.loopback ? notify::Loopback::kAllowed : notify::Loopback::kRefused;
    delivery.now = utc_now;
    delivery.log = say;
    delivery.send = notify::send;
    delivery_ = std::make_unique<notify::Delivery>(*data_.alarms, *data_.sealer, std::move(delivery));
    TRY(delivery_->reload());
    pipeline::AlarmWatch::Options watch;
    watch.shop = config_.shop.name;
    watch.to_local = [this](UtcTime instant) { return zone_->local(instant); };
    watch.now = utc_now;
    watch.facts = data_.facts.get();
    watch.queue_limits = queue_limits_;
    watch.posted = [this] { delivery_->poke(); };
    watch.log = say;
    alarms_ = std::make_unique<pipeline::AlarmWatch>(*data_.alarms, *data_.matches, *shop_, std::move(watch));
    return {};
}

Result<void> Serving::start_recognition() {
    TRY_ASSIGN(recognition_, Recognition::create(config_, data_, *alarms_, *zone_, say));
    if (faces_) faces_->hand_on_to(&recognition_->sink());
    return {};
}

Result<void> Serving::start_receipts() {
    pipeline::ReceiptMatcher::Options matching;
    matching.day_of = [this](UtcTime instant) { return zone_->matching_day(instant); };
    matching.log = say;
    matcher_ = std::make_unique<pipeline::ReceiptMatcher>(*data_.matches, std::move(matching));
    matcher_->start();
    if (config_.receipts.folder.empty()) return {};
    ReceiptFolder::Options options;
    options.folder = config_.receipts.folder;
    options.instant_of = [this](std::string_view text) { return zone_->instant_of(text); };
    options.take = [this](std::vector<Receipt> receipts) {
        return api::take_receipts(*data_.receipts, *data_.sealer, std::move(receipts), utc_now());
    };
    options.log = say;
    TRY_ASSIGN(receipts_, ReceiptFolder::create(std::move(options)));
    receipts_->start();
    return {};
}

void Serving::start_reports() {
    const auto joined = [this] {
        const auto floor = shop_->floor();
        return floor ? floor->cameras : std::vector<std::string>();
    };
    reports_ = scheduled_reports(
        config_, data_, *zone_, joined, [this] { delivery_->poke(); }, say);
}

void Serving::start_room() {
    DiskRoom::Options options;
    options.forget_evidence = [this]() -> Result<bool> {
        TRY_ASSIGN(const bool was_film, audit_->forget_oldest_film());
        if (was_film) return true;
        return recognition_->gallery().forget_oldest_evidence();
    };
    options.forget_paths = [this](bool wanted) { shop_->make_room(wanted); };
    options.log = say;
    room_ = std::make_unique<DiskRoom>(*data_.database, std::move(options));
}

void Serving::tell_setup() {
    const std::string address = browser_address(config_.http, api_->port());
    say(fmt::format("serving at {}", address));
    const auto token = accounts_->begin_setup();
    if (!token)
        say(token.error().message);
    else if (*token)
        fmt::print("First start: open {}/setup?token={}\nand choose a name and a password. Setup token: {}\n",
                   address, **token, **token);
    std::fflush(stdout);
}

void Serving::reload() {
    auto wanted = load_config(request_.config);
    if (!wanted) {
        say("the configuration stays as it was:\n" + wanted.error().message);
        return;
    }
    const ConfigChanges changes = changes_between(config_, *wanted);
    for (const std::string& name : changes.restart)
        say(fmt::format("{} was changed: it takes effect at the next start", name));
    apply_cameras(*wanted);
    config_.cameras = wanted->cameras;
    config_.analysis.rate = wanted->analysis.rate;
    analysis_rate_ = wanted->analysis.rate;
    set_recorded_cameras();
    shop_->set_retention(retention_of(wanted->retention));
    config_.retention = wanted->retention;
    for (const std::string& name : changes.live)
        say(fmt::format("{} was changed", name));
    if (changes.live.empty() && changes.restart.empty()) say("the configuration is unchanged");
}

void Serving::apply_cameras(const Config& wanted) {
    const auto has = [](const Config& config, const std::string& id) {
        return std::any_of(config.cameras.begin(), config.cameras.end(),
                           [&](const CameraConfig& camera) { return camera.id == id; });
    };
    for (const CameraConfig& camera : config_.cameras) {
        if (has(wanted, camera.id)) continue;
        if (const auto removed = shop_->remove_camera(camera.id); !removed) say(removed.error().message);
    }
    for (const CameraConfig& camera : wanted.cameras) {
        const auto known = shop_->camera(camera.id);
        const pipeline::CameraSettings settings = settings_of(camera);
        if (known && known->settings == settings) continue;
        if (const auto set = shop_->set_camera(settings); !set)
            say(fmt::format("camera {}: {}", camera.id, set.error().message));
    }
}

void Serving::run() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    bool said_hanging = false;
    while (true) {
        const timespec second{.tv_sec = 1, .tv_nsec = 0};
        const int signal = sigtimedwait(&signals, nullptr, &second);
        if (signal == SIGINT || signal == SIGTERM) return;
        if (signal == SIGHUP) {
            sd_notify(0, "RELOADING=1");
            reload();
            sd_notify(0, "READY=1");
        }
        const bool hangs = shop_->step_time() > pipeline::kStepMax;
        if (!hangs) sd_notify(0, "WATCHDOG=1");
        if (hangs != std::exchange(said_hanging, hangs))
            say(hangs ? "a thread of the shop hangs" : "the thread that hung goes on");
        room_->step();
    }
}

/// The folder that nobody named is of whoever runs the program, who may be another than who checks.
bool has_room_for_reserve(const Config& config) {
    return !config.places.of_keys.contains("data") ||
           records::reserve_fits(config.data / "vitrina.db", {.reserve_bytes = config.reserve_mb << 20});
}

}  // namespace

Result<void> serve(const ServeRequest& request) {
    TRY_ASSIGN(Config config, load_config(request.config));
    TRY(check_surroundings(config, request.check ? Surroundings::kAll : Surroundings::kToStart));
    if (request.check) {
        fmt::print("{}: fine\n", request.config.string());
        if (!has_room_for_reserve(config)) fmt::print("{}: {}\n", config.data.string(), no_reserve_words());
        return {};
    }
    return Serving(request, std::move(config))();
}

std::string browser_address(const HttpConfig& http, std::uint16_t port) {
    std::string host = http.address;
    if (host == "0.0.0.0" || host == "::")
        host = "localhost";
    else if (host.find(':') != std::string::npos)
        host = "[" + host + "]";
    return fmt::format("{}://{}:{}", http.tls ? "https" : "http", host, port);
}

}  // namespace vitrina::app
