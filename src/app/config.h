// vitrina.yaml: what the machine has to know before it runs. Zones, users and most cameras are not here: they
// are given in the browser and lie in the records. docs/config.md explains each key.
// Plain values and pure functions, but for reading the file; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_section.h"
#include "base/result.h"
#include "domain/shop_hours.h"
#include "privacy/mode.h"

namespace vitrina::app {

/// More don't fit on the screen, and many times more than two cores analyse.
inline constexpr std::size_t kConfigCamerasMax = 64;

struct ShopConfig {
    std::string name = "Shop";
    std::string time_zone;               // of the IANA database; default: the computer's
    std::chrono::minutes day_begins{0};  // by its clock
    ShopHours hours;

    bool operator==(const ShopConfig&) const = default;
};

struct TlsConfig {
    std::filesystem::path certificate;  // PEM; both empty when it is self-signed
    std::filesystem::path key;
    bool self_signed = false;

    bool operator==(const TlsConfig&) const = default;
};

struct HttpConfig {
    std::string address = "127.0.0.1";  // of this computer, to listen at
    int port = 8080;                    // 0: any that is free
    std::optional<TlsConfig> tls;
    bool public_metrics = false;     // /metrics without signing in
    std::chrono::hours session{12};  // without a request, until it ends

    bool operator==(const HttpConfig&) const = default;
};

struct AnalysisConfig {
    double rate = 5;    // detections a second and camera
    int threads = 0;    // of detection; 0: as many as the computer has cores
    bool poses = true;  // joints: hands in shelves, skeletons for who watches

    bool operator==(const AnalysisConfig&) const = default;
};

struct RetentionConfig {
    std::chrono::days facts{400};  // a year, and the same days of the year before
    std::chrono::days heat{400};
    std::chrono::days log{400};
    std::chrono::days paths{90};

    bool operator==(const RetentionConfig&) const = default;
};

struct ReceiptsConfig {
    std::filesystem::path folder;  // that CSV files are taken from; empty: none

    bool operator==(const ReceiptsConfig&) const = default;
};

struct PeopleConfig {
    bool looks = true;                      // keep looks at people for some minutes, to mark staff on
    bool faces = true;                      // tell sex and age from faces; recognises nobody by itself
    std::chrono::minutes keep_minutes{30};  // after somebody was last seen
    std::chrono::minutes back_minutes{5};   // who goes out and is back by then goes on with his visit

    bool operator==(const PeopleConfig&) const = default;
};

/// What the shop may know of who comes: docs/privacy.md.
struct PrivacyConfig {
    privacy::Mode mode = privacy::Mode::kAnonymous;
    privacy::Whom recognise = privacy::Whom::kEnrolledAndWatchlist;  // in the mode recognition
    int people_max = 20'000;
    std::chrono::days seen_days{30};           // how long who was only seen is kept, where all are recognised
    std::chrono::days expires_max_days{3660};  // the farthest day of forgetting that somebody may give
    std::chrono::days matches_days{30};        // pictures of matches of the watchlist that nobody judges

    bool operator==(const PrivacyConfig&) const = default;
};

/// A report that is sent again and again.
struct ReportConfig {
    enum class Every : std::uint8_t { kDay, kWeek, kMonth };
    enum class Form : std::uint8_t { kPdf, kHtml };
    enum class Language : std::uint8_t { kEnglish, kRussian };

    Every every = Every::kDay;
    std::chrono::minutes at = std::chrono::hours(7);  // by the shop's clock, after what it tells of
    std::string channel;                              // its name; of e-mails
    Form form = Form::kPdf;
    Language language = Language::kEnglish;

    bool operator==(const ReportConfig&) const = default;
};
inline constexpr std::size_t kReportsMax = 16;

struct NotifyConfig {
    bool loopback = false;  // receivers on this computer

    bool operator==(const NotifyConfig&) const = default;
};

/// A shop in which nobody is real, beside the real one.
struct SimulationConfig {
    std::filesystem::path shop;  // docs/simulation.md; empty: none
    std::int64_t seed = 1;
    int days = 14;      // of the past that are made up at the first start
    bool first = true;  // who opens the dashboard sees it first

    bool operator==(const SimulationConfig&) const = default;
};

struct CameraConfig {
    std::string id;              // [a-z0-9-]{1,32}
    std::string name;            // default: the id
    std::string address;         // rtsp, rtsps, http, https, without user and password; or empty and
    std::filesystem::path file;  // played again and again
    std::string view_address;    // of the main stream; empty: the same
    std::string user;
    std::string password;
    bool udp = false;
    bool paused = false;
    double rate = 5;  // default: that of the analysis

    bool operator==(const CameraConfig&) const = default;
};

/// Where in the file keys stand that name something of this computer, by their paths: "cameras[0].file".
struct ConfigPlaces {
    std::string file;  // as it was called
    std::map<std::string, Place> of_keys;

    /// The same settings on other lines are the same.
    bool operator==(const ConfigPlaces& /*other*/) const { return true; }
};

struct Config {
    ShopConfig shop;
    std::filesystem::path data;  // folder of the database and the key
    HttpConfig http;
    AnalysisConfig analysis;
    RetentionConfig retention;
    ReceiptsConfig receipts;
    std::vector<ReportConfig> reports;
    NotifyConfig notify;
    PeopleConfig people;
    PrivacyConfig privacy;
    SimulationConfig simulation;
    std::int64_t reserve_mb = 1024;
    std::vector<CameraConfig> cameras;
    ConfigPlaces places;

    bool operator==(const Config&) const = default;
};

/// Reads the file, with this process's environment. An error (kConfiguration) has a line for each of the
/// first kProblemsShownMax problems: "vitrina.yaml:12:5: http.port: ...", and never a user or a password.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& path);

/// The same for text; relative paths in it are taken from the folder of `path`.
[[nodiscard]] Result<Config> parse_config(std::string_view text, const std::filesystem::path& path,
                                          const Environment& environment);

/// Only the shop and where its data lie, for commands that ask its records: as below.
[[nodiscard]] Result<Config> load_shop(const std::filesystem::path& path);
[[nodiscard]] Result<Config> parse_shop(std::string_view text, const std::filesystem::path& path,
                                        const Environment& environment);

/// Only where its data lie, for commands that need nothing else: they are run by hand, without the secrets
/// that the server's environment holds, so the other keys are not looked at.
[[nodiscard]] Result<std::filesystem::path> load_data_folder(const std::filesystem::path& path);

/// The same for text.
[[nodiscard]] Result<std::filesystem::path> parse_data_folder(std::string_view text,
                                                              const std::filesystem::path& path,
                                                              const Environment& environment);

/// What differs, by the names of the keys; cameras as "cameras.ID".
struct ConfigChanges {
    std::vector<std::string> live;     // can be applied while running
    std::vector<std::string> restart;  // waits for the next start
};
[[nodiscard]] ConfigChanges changes_between(const Config& running, const Config& wanted);

}  // namespace vitrina::app
