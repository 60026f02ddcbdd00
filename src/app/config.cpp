#include "app/config.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include "domain/plan.h"
#include "video/live_camera.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;

constexpr Range<std::int64_t> kPorts = {0, 65'535};
constexpr Range<double> kRates = {1, 25};  // detections a second: no camera has more pictures
constexpr Range<std::int64_t> kThreads = {0, 64};
constexpr Range<std::int64_t> kDays = {1, 3'650};
constexpr Range<std::int64_t> kSessionHours = {1, 720};       // a session ends after 30 days in any case
constexpr Range<std::int64_t> kBackMinutes = {1, 60};         // later nobody says that it is one visit
constexpr Range<std::int64_t> kKeepMinutes = {1, 240};        // in memory; a visit is over by then
constexpr Range<std::int64_t> kGalleryPeople = {1, 100'000};  // more are not found in 5 ms
constexpr Range<std::int64_t> kSeenDays = {1, 365};
constexpr Range<std::int64_t> kExpiresMaxDays = {1, 36'600};
constexpr Range<std::int64_t> kReserveMb = {0, 1'000'000};
constexpr Range<std::int64_t> kSeeds = {0, 1'000'000'000};
constexpr Range<std::int64_t> kSimulatedDays = {1, 366};
constexpr std::size_t kIdLengthMax = 32;
constexpr std::size_t kClosedMax = 1000;  // days: decades of holidays

constexpr const char* kZones = "/usr/share/zoneinfo";
constexpr const char* kSystemData = "/var/lib/vitrina";

bool is_time_zone(const std::string& name) {
    const auto is_strange = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) == 0 &&
               std::string_view("_+-/").find(c) == std::string_view::npos;  // no dots: not out of the folder
    };
    if (name.empty() || name.front() == '/' || std::any_of(name.begin(), name.end(), is_strange))
        return false;
    constexpr std::string_view kMagic = "TZif";
    std::array<char, kMagic.size()> begin{};
    std::ifstream(fs::path(kZones) / name, std::ios::binary).read(begin.data(), begin.size());
    return std::string_view(begin.data(), begin.size()) == kMagic;
}

/// What /etc/localtime points to.
std::string system_time_zone() {
    std::error_code error;
    const std::string target = fs::read_symlink("/etc/localtime", error).string();
    const std::string_view folder = "zoneinfo/";
    const std::size_t at = target.find(folder);
    if (error || at == std::string::npos) return "UTC";
    const std::string name = target.substr(at + folder.size());
    return is_time_zone(name) ? name : "UTC";
}

/// The system's folder for who may write there, one at home for others.
fs::path default_data_folder(const Environment& environment) {
    fs::path system = kSystemData;
    if (::access(system.c_str(), W_OK) == 0) return system;
    if (::access(system.c_str(), F_OK) != 0 && ::access(system.parent_path().c_str(), W_OK) == 0)
        return system;
    if (const auto data = environment("XDG_DATA_HOME"); data && data->starts_with('/'))
        return fs::path(*data) / "vitrina";
    if (const auto home = environment("HOME"); home && home->starts_with('/'))
        return fs::path(*home) / ".local/share/vitrina";
    return system;
}

bool is_ip_address(const std::string& text) {
    in6_addr ignored{};
    return ::inet_pton(AF_INET, text.c_str(), &ignored) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), &ignored) == 1;
}

class ConfigReader {
  public:
    ConfigReader(fs::path folder, Problems& problems, const Environment& environment)
        : folder_(std::move(folder)), problems_(problems), environment_(environment) {}

    Config read(const YamlValue& root) {
        Config config;
        Section file(root, "", problems_, environment_);
        read_shop(file, config.shop);
        config.data = read_data(file);
        read_http(file, config.http);
        read_analysis(file, config.analysis);
        read_retention(file, config.retention);
        read_receipts(file, config.receipts);
        read_notify(file, config.notify);
        file.each("reports", kReportsMax,
                  [&](Section& section) { config.reports.push_back(read_report(section)); });
        read_people(file, config.people);
        read_privacy(file, config);
        read_simulation(file, config.simulation);
        file.read_integer("reserve_mb", kReserveMb, config.reserve_mb);
        file.each("cameras", kConfigCamerasMax,
                  [&](Section& section) { config.cameras.push_back(read_camera(section, config)); });
        file.finish();
        config.places.of_keys = std::move(places_);
        return config;
    }

    Config read_shop_alone(const YamlValue& root) {
        Config config;
        Section file(root, "", problems_, environment_);
        read_shop(file, config.shop);
        config.data = read_data(file);
        return config;
    }

    fs::path read_data_alone(const YamlValue& root) {
        Section file(root, "", problems_, environment_);
        return read_data(file);
    }

  private:
    fs::path read_data(Section& file) {
        fs::path folder;
        read_path(file, "data", folder);
        return folder.empty() ? default_data_folder(environment_) : folder;
    }

    void read_shop(Section& file, ShopConfig& shop) {
        shop.time_zone = system_time_zone();
        auto section = file.section("shop");
        if (!section) return;
        section->read_text("name", shop.name);
        std::string zone;
        if (section->read_text("time_zone", zone)) {
            if (is_time_zone(zone))
                shop.time_zone = zone;
            else
                section->complain(
                    "time_zone",
                    "is not a time zone of this computer; they are named like Europe/Moscow and "
                    "lie in " +
                        std::string(kZones));
        }
        read_time(*section, "day_begins", std::chrono::hours(12), shop.day_begins);
        section->each_text("closed", kClosedMax, [&](const std::string& text) {
            const auto day = parse_calendar_day(text);
            if (day) shop.hours.closed.insert(*day);
            return day ? std::string() : day.error().message;
        });
        if (auto hours = section->section("hours")) read_hours(*hours, shop.hours);
        section->finish();
    }

    void read_hours(Section& section, ShopHours& hours) {
        for (std::size_t i = 0; i < kWeekdayKeys.size(); ++i) {
            std::string text;
            if (!section.read_text(kWeekdayKeys.at(i), text)) continue;
            const auto open = parse_open_times(text);
            if (open)
                hours.weekdays.at(i) = {true, *open};
            else
                section.complain(kWeekdayKeys.at(i), open.error().message);
        }
        section.finish();
    }

    /// Below `end`.
    static void read_time(Section& section, std::string_view key, std::chrono::minutes end,
                          std::chrono::minutes& value) {
        std::string text;
        if (!section.read_text(key, text)) return;
        const auto time = parse_time_of_day(text);
        if (!time)
            section.complain(key, time.error().message);
        else if (*time >= end)
            section.complain(key, fmt::format("should be before {:02}:00", end.count() / 60));
        else
            value = *time;
    }

    static ReportConfig read_report(Section& section) {
        ReportConfig report;
        std::size_t word = 0;
        if (section.read_word("every", {"day", "week", "month"}, word))
            report.every = static_cast<ReportConfig::Every>(word);
        read_time(section, "at", std::chrono::hours(24), report.at);
        if (!section.read_text("channel", report.channel) && !section.has("channel"))
            section.complain("channel", "is missing: the name of a channel of e-mails (docs/reports.md)");
        if (section.read_word("format", {"pdf", "html"}, word))
            report.form = static_cast<ReportConfig::Form>(word);
        if (section.read_word("language", {"en", "ru"}, word))
            report.language = static_cast<ReportConfig::Language>(word);
        section.finish();
        return report;
    }

    void read_http(Section& file, HttpConfig& http) {
        auto section = file.section("http");
        if (!section) return;
        section->note_place("address", places_);
        section->note_place("port", places_);
        if (section->read_text("address", http.address) && !is_ip_address(http.address))
            section->complain("address",
                              "should be an IP address of this computer: 127.0.0.1 to be reached "
                              "from here only, 0.0.0.0 from every network");
        read_number_into(*section, "port", kPorts, http.port);
        section->read_flag("public_metrics", http.public_metrics);
        read_number_into(*section, "session_hours", kSessionHours, http.session);
        if (auto tls = section->section("tls")) http.tls = read_tls(*tls, *section);
        section->finish();
    }

    TlsConfig read_tls(Section& section, Section& http) {
        TlsConfig tls;
        section.read_flag("self_signed", tls.self_signed);
        read_path(section, "certificate", tls.certificate);
        read_path(section, "key", tls.key);
        const int files = (section.has("certificate") ? 1 : 0) + (section.has("key") ? 1 : 0);
        if (files == 1 || (files == 0) != tls.self_signed)
            http.complain("tls", "should have either certificate and key, or self_signed: true");
        section.finish();
        return tls;
    }

    void read_analysis(Section& file, AnalysisConfig& analysis) {
        auto section = file.section("analysis");
        if (!section) return;
        section->read_number("rate", kRates, analysis.rate);
        read_number_into(*section, "threads", kThreads, analysis.threads);
        section->note_place("poses", places_);
        section->read_flag("poses", analysis.poses);
        section->finish();
    }

    void read_retention(Section& file, RetentionConfig& retention) {
        auto section = file.section("retention");
        if (!section) return;
        read_number_into(*section, "facts_days", kDays, retention.facts);
        read_number_into(*section, "heat_days", kDays, retention.heat);
        read_number_into(*section, "log_days", kDays, retention.log);
        read_number_into(*section, "paths_days", kDays, retention.paths);
        section->finish();
    }

    void read_receipts(Section& file, ReceiptsConfig& receipts) {
        auto section = file.section("receipts");
        if (!section) return;
        read_path(*section, "folder", receipts.folder);
        section->finish();
    }

    void read_notify(Section& file, NotifyConfig& notify) {
        auto section = file.section("notify");
        if (!section) return;
        section->read_flag("loopback", notify.loopback);
        section->finish();
    }

    void read_people(Section& file, PeopleConfig& people) {
        auto section = file.section("people");
        if (!section) return;
        section->read_flag("looks", people.looks);
        section->note_place("faces", places_);
        section->read_flag("faces", people.faces);
        read_number_into(*section, "keep_minutes", kKeepMinutes, people.keep_minutes);
        read_number_into(*section, "back_minutes", kBackMinutes, people.back_minutes);
        section->finish();
    }

    void read_privacy(Section& file, Config& config) {
        auto section = file.section("privacy");
        if (!section) return;
        PrivacyConfig& wanted = config.privacy;
        std::size_t word = 0;
        if (section->read_word("mode", {"anonymous", "pseudonymous", "recognition"}, word))
            wanted.mode = static_cast<privacy::Mode>(word);
        if (section->read_word("recognise", {"enrolled-and-watchlist", "all"}, word))
            wanted.recognise = static_cast<privacy::Whom>(word);
        read_number_into(*section, "people_max", kGalleryPeople, wanted.people_max);
        read_number_into(*section, "seen_days", kSeenDays, wanted.seen_days);
        read_number_into(*section, "expires_max_days", kExpiresMaxDays, wanted.expires_max_days);
        read_number_into(*section, "matches_days", kSeenDays, wanted.matches_days);
        if (wanted.mode != privacy::Mode::kAnonymous && !config.people.faces)
            section->complain("mode", "needs people.faces: true, for nobody's face is looked at without it");
        section->finish();
    }

    void read_simulation(Section& file, SimulationConfig& simulation) {
        auto section = file.section("simulation");
        if (!section) return;
        if (!section->has("shop"))
            section->complain("shop", "is missing: the file of a simulated shop with a behaviour");
        read_path(*section, "shop", simulation.shop);
        section->read_integer("seed", kSeeds, simulation.seed);
        read_number_into(*section, "days", kSimulatedDays, simulation.days);
        section->read_flag("first", simulation.first);
        section->finish();
    }

    CameraConfig read_camera(Section& section, const Config& config) {
        CameraConfig camera;
        read_id(section, config, camera.id);
        camera.name = camera.id;
        section.read_text("name", camera.name);
        camera.rate = config.analysis.rate;
        section.read_number("rate", kRates, camera.rate);
        section.read_flag("paused", camera.paused);
        read_address(section, "address", camera.address);
        for (const CameraConfig& other : config.cameras)
            if (!camera.address.empty() &&
                video::receiver_and_path(other.address) == video::receiver_and_path(camera.address))
                section.complain("address",
                                 fmt::format("is that of camera {} above: everybody whom it sees would "
                                             "be counted twice",
                                             other.id));
        read_address(section, "view_address", camera.view_address);
        read_path(section, "file", camera.file);
        section.read_text("user", camera.user);
        section.read_text("password", camera.password);
        std::size_t transport = 0;
        section.read_word("transport", {"tcp", "udp"}, transport);
        camera.udp = transport == 1;

        if (section.has("address") == section.has("file"))
            section.complain("address", section.has("file")
                                            ? "stands beside a file; a camera has one or the other"
                                            : "is missing: rtsp://HOST/PATH, or a file to play");
        if (section.has("file"))
            for (const char* key : {"view_address", "user", "password", "transport"})
                if (section.has(key)) section.complain(key, "belongs to an address; a file has none");
        if (section.has("password") && !section.has("user"))
            section.complain("user", "is missing: there is a password");
        section.finish();
        return camera;
    }

    void read_id(Section& section, const Config& config, std::string& id) {
        if (!section.has("id")) section.complain("id", "is missing: a short name like door-1, for ever");
        if (!section.read_text("id", id)) return;
        const bool fits = id.size() <= kIdLengthMax &&
                          id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == id.npos;
        if (!fits)
            section.complain("id", fmt::format("should be 1 to {} of a-z, 0-9 and -", kIdLengthMax));
        else if (id == kPlanCamera)
            section.complain("id", "can't be plan, which means the floor plan");
        else if (std::any_of(config.cameras.begin(), config.cameras.end(),
                             [&](const CameraConfig& other) { return other.id == id; }))
            section.complain("id", "is that of another camera above");
    }

    static void read_address(Section& section, std::string_view key, std::string& address) {
        if (!section.read_text(key, address)) return;
        if (video::check_camera_address(address)) return;
        // Its own message shows parts of the address, and nobody knows in which of them a password is.
        section.complain(key,
                         address.find('@') == std::string::npos
                             ? "should be rtsp://, rtsps://, http:// or https://, then HOST or HOST:PORT, "
                               "then /PATH; for a video file write file instead of address"
                             : "should have no user and password in it: give them as user and password");
    }

    void read_path(Section& section, std::string_view key, fs::path& path) {
        std::string text;
        section.note_place(key, places_);
        if (section.read_text(key, text)) path = (folder_ / text).lexically_normal();
    }

    /// Into whatever counts whole numbers.
    template <typename Number>
    static void read_number_into(Section& section, std::string_view key, Range<std::int64_t> range,
                                 Number& value) {
        std::int64_t number = 0;
        if (section.read_integer(key, range, number)) value = Number(static_cast<int>(number));
    }

    fs::path folder_;
    std::map<std::string, Place> places_;
    Problems& problems_;
    const Environment& environment_;
};

std::optional<std::string> environment_of_process(const std::string& name) {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing sets it
    if (value == nullptr) return std::nullopt;
    return value;
}

Result<std::string> text_of_file(const fs::path& path) {
    const auto unreadable = [&](const std::string& why) {
        return misconfigured(fmt::format("{}: can't be read: {}", path.string(), why));
    };
    std::error_code error;
    if (fs::is_directory(path, error)) return unreadable("it is a folder");
    std::ifstream file(path, std::ios::binary);
    if (!file) return unreadable(std::generic_category().message(errno));
    std::string text(kYamlBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return unreadable(std::generic_category().message(errno));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

fs::path folder_of(const fs::path& path) {
    std::error_code ignored;
    return fs::absolute(path, ignored).parent_path();
}

}  // namespace

Result<Config> parse_config(std::string_view text, const fs::path& path, const Environment& environment) {
    const std::string name = path.string();
    TRY_ASSIGN(const YamlValue root, parse_yaml(text, name));
    Problems problems;
    Config config = ConfigReader(folder_of(path), problems, environment).read(root);
    config.places.file = name;
    TRY(problems.result(name));
    return config;
}

Result<Config> load_config(const fs::path& path) {
    TRY_ASSIGN(const std::string text, text_of_file(path));
    return parse_config(text, path, environment_of_process);
}

Result<Config> parse_shop(std::string_view text, const fs::path& path, const Environment& environment) {
    const std::string name = path.string();
    TRY_ASSIGN(const YamlValue root, parse_yaml(text, name));
    Problems problems;
    Config config = ConfigReader(folder_of(path), problems, environment).read_shop_alone(root);
    TRY(problems.result(name));
    return config;
}

Result<Config> load_shop(const fs::path& path) {
    TRY_ASSIGN(const std::string text, text_of_file(path));
    return parse_shop(text, path, environment_of_process);
}

Result<fs::path> parse_data_folder(std::string_view text, const fs::path& path,
                                   const Environment& environment) {
    const std::string name = path.string();
    TRY_ASSIGN(const YamlValue root, parse_yaml(text, name));
    Problems problems;
    fs::path folder = ConfigReader(folder_of(path), problems, environment).read_data_alone(root);
    TRY(problems.result(name));
    return folder;
}

Result<fs::path> load_data_folder(const fs::path& path) {
    TRY_ASSIGN(const std::string text, text_of_file(path));
    return parse_data_folder(text, path, environment_of_process);
}

}  // namespace vitrina::app
