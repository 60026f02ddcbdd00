#include "app/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "source_dir.h"

namespace vitrina::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::map<std::string, std::string> kVariables = {{"CAMERA_PASSWORD", "heron-on-the-lake"},
                                                       {"PORT", "9000"},
                                                       {"EMPTY", ""},
                                                       {"HOME", "/users/anna"},
                                                       {"DOOR_CAMERA_PASSWORD", "d"},
                                                       {"TILL_CAMERA_PASSWORD", "t"}};

std::optional<std::string> variable(const std::string& name) {
    const auto found = kVariables.find(name);
    return found == kVariables.end() ? std::nullopt : std::optional(found->second);
}

Config parsed(const std::string& text) {
    auto config = parse_config(text, "/etc/vitrina/v.yaml", variable);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return config ? *std::move(config) : Config{};
}

std::string error_of(const std::string& text) {
    const auto config = parse_config(text, "v.yaml", variable);
    if (config) return "";
    EXPECT_EQ(config.error().kind, ErrorKind::kConfiguration);
    return config.error().message;
}

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// Every key that there is; where two exclude each other, once each.
constexpr const char* kEverything = R"(shop:
  name: Corner shop
  time_zone: Asia/Tokyo
  day_begins: "04:00"
  hours: {mon: 09:00-21:00, tue: 09:00-21:00, wed: 09:00-21:00, thu: 09:00-21:00, fri: 18:00-02:00, sat: 10:00-18:00, sun: closed}
  closed: [2026-12-31, 2027-01-01]
data: records
http:
  address: 0.0.0.0
  port: 80
  tls: {certificate: cert.pem, key: /keys/key.pem}
  public_metrics: true
  session_hours: 24
analysis: {rate: 7.5, threads: 2, poses: false}
retention: {facts_days: 30, heat_days: 60, log_days: 7, paths_days: 14}
receipts: {folder: from-tills}
reports:
  - {every: week, at: "07:30", channel: Managers, format: html, language: ru}
notify: {loopback: true}
people: {looks: false, faces: false, keep_minutes: 10, back_minutes: 8}
privacy: {mode: anonymous, recognise: all, people_max: 500, seen_days: 7, expires_max_days: 400, matches_days: 5}
simulation: {shop: sim/grocery.yaml, seed: 7, days: 30, first: false}
reserve_mb: 0
cameras:
  - id: door-1
    name: Дверь
    address: rtsp://10.0.0.7/stream2
    view_address: rtsp://10.0.0.7/stream1
    user: admin
    password: 0123
    transport: udp
    paused: true
    rate: 2
  - id: clip
    file: ../clips/hall.mp4
)";

TEST(Config, EverythingIsRead) {
    const Config config = parsed(kEverything);
    EXPECT_EQ(config.shop.name, "Corner shop");
    EXPECT_EQ(config.shop.time_zone, "Asia/Tokyo");
    EXPECT_EQ(config.shop.day_begins, hours(4));
    EXPECT_EQ(config.shop.hours.weekdays[4].open, OpenTimes({hours(18), hours(26)}));
    EXPECT_TRUE(config.shop.hours.is_closed(*parse_calendar_day("2026-11-29"))) << "a Sunday";
    EXPECT_TRUE(config.shop.hours.is_closed(*parse_calendar_day("2027-01-01")));
    EXPECT_FALSE(config.shop.hours.is_closed(*parse_calendar_day("2027-01-02")));
    ASSERT_EQ(config.reports.size(), 1U);
    EXPECT_EQ(config.reports[0].every, ReportConfig::Every::kWeek);
    EXPECT_EQ(config.reports[0].at, std::chrono::minutes(450));
    EXPECT_EQ(config.reports[0].channel, "Managers");
    EXPECT_EQ(config.reports[0].form, ReportConfig::Form::kHtml);
    EXPECT_EQ(config.reports[0].language, ReportConfig::Language::kRussian);
    EXPECT_EQ(config.data, "/etc/vitrina/records");
    EXPECT_EQ(config.http.address, "0.0.0.0");
    EXPECT_EQ(config.http.port, 80);
    ASSERT_TRUE(config.http.tls.has_value());
    EXPECT_EQ(config.http.tls->certificate, "/etc/vitrina/cert.pem");
    EXPECT_EQ(config.http.tls->key, "/keys/key.pem");
    EXPECT_FALSE(config.http.tls->self_signed);
    EXPECT_TRUE(config.http.public_metrics);
    EXPECT_EQ(config.http.session, hours(24));
    EXPECT_EQ(config.analysis.rate, 7.5);
    EXPECT_EQ(config.analysis.threads, 2);
    EXPECT_FALSE(config.analysis.poses);
    EXPECT_EQ(config.retention.facts, days(30));
    EXPECT_EQ(config.retention.heat, days(60));
    EXPECT_EQ(config.retention.log, days(7));
    EXPECT_EQ(config.receipts.folder, "/etc/vitrina/from-tills");
    EXPECT_TRUE(config.notify.loopback);
    EXPECT_FALSE(config.people.looks);
    EXPECT_FALSE(config.people.faces);
    EXPECT_EQ(config.people.keep_minutes, std::chrono::minutes(10));
    EXPECT_EQ(config.people.back_minutes, std::chrono::minutes(8));
    EXPECT_EQ(config.privacy.mode, privacy::Mode::kAnonymous);
    EXPECT_EQ(config.privacy.recognise, privacy::Whom::kAll);
    EXPECT_EQ(config.privacy.people_max, 500);
    EXPECT_EQ(config.privacy.seen_days, days(7));
    EXPECT_EQ(config.privacy.expires_max_days, days(400));
    EXPECT_EQ(config.privacy.matches_days, days(5));
    EXPECT_EQ(config.simulation.shop, "/etc/vitrina/sim/grocery.yaml");
    EXPECT_EQ(config.simulation.seed, 7);
    EXPECT_EQ(config.simulation.days, 30);
    EXPECT_FALSE(config.simulation.first);
    EXPECT_EQ(config.retention.paths, days(14));
    EXPECT_EQ(config.reserve_mb, 0);
    ASSERT_EQ(config.cameras.size(), 2U);
    const CameraConfig& door = config.cameras[0];
    EXPECT_EQ(door.id, "door-1");
    EXPECT_EQ(door.name, "Дверь");
    EXPECT_EQ(door.address, "rtsp://10.0.0.7/stream2");
    EXPECT_EQ(door.view_address, "rtsp://10.0.0.7/stream1");
    EXPECT_EQ(door.user, "admin");
    EXPECT_EQ(door.password, "0123") << "as it was written";
    EXPECT_TRUE(door.udp);
    EXPECT_TRUE(door.paused);
    EXPECT_EQ(door.rate, 2);
    const CameraConfig& clip = config.cameras[1];
    EXPECT_EQ(clip.name, "clip");
    EXPECT_EQ(clip.file, "/etc/clips/hall.mp4");
    EXPECT_EQ(clip.rate, 7.5) << "that of the analysis";
    EXPECT_FALSE(clip.udp || clip.paused);
}

TEST(Config, NothingIsDefaults) {
    for (const auto* text : {"", "# nothing\n", "shop:\nhttp: {}\nanalysis:\nretention:\ncameras:\n"}) {
        const Config config = parsed(text);
        EXPECT_EQ(config.shop.name, "Shop");
        EXPECT_FALSE(config.shop.time_zone.empty());
        EXPECT_FALSE(config.data.empty());
        EXPECT_EQ(config.http, HttpConfig{});
        EXPECT_EQ(config.http.address, "127.0.0.1");
        EXPECT_EQ(config.http.port, 8080);
        EXPECT_EQ(config.analysis, AnalysisConfig{});
        EXPECT_EQ(config.retention, RetentionConfig{});
        EXPECT_EQ(config.reserve_mb, 1024);
        EXPECT_TRUE(config.cameras.empty());
    }
}

TEST(Config, NobodyIsRecognisedUnlessItIsSaid) {
    EXPECT_EQ(parsed("").privacy.mode, privacy::Mode::kAnonymous);
    EXPECT_EQ(parsed("privacy: {mode: recognition}").privacy.mode, privacy::Mode::kRecognition);
    EXPECT_EQ(parsed("privacy: {mode: recognition}").privacy.recognise, privacy::Whom::kEnrolledAndWatchlist);
    EXPECT_THAT(error_of("privacy: {mode: everybody}"),
                HasSubstr("should be anonymous or pseudonymous or recognition"));
    EXPECT_THAT(error_of("people: {faces: false}\nprivacy: {mode: recognition}"),
                HasSubstr("needs people.faces: true"));
}

TEST(Config, TheExampleIsRight) {
    const Config config = parsed(text_of(std::string(VITRINA_SOURCE_DIR) + "/examples/vitrina.yaml"));
    ASSERT_EQ(config.cameras.size(), 2U);
    EXPECT_EQ(config.cameras[0].password, "d");
    EXPECT_TRUE(config.http.tls->self_signed);
}

// Paths of the keys that a schema knows: "cameras.id".
void collect(const nlohmann::json& schema, const std::string& path, std::set<std::string>& keys) {
    if (schema.contains("items")) return collect(schema["items"], path, keys);
    if (!schema.contains("properties")) return;
    EXPECT_EQ(schema.value("additionalProperties", true), false) << path;
    for (const auto& [key, value] : schema["properties"].items()) {
        keys.insert(path + key);
        collect(value, path + key + ".", keys);
    }
}

void collect(const YamlValue& value, const std::string& path, std::set<std::string>& keys) {
    for (const YamlValue& item : value.items)
        collect(item, path, keys);
    for (const YamlEntry& entry : value.entries) {
        keys.insert(path + entry.key);
        collect(entry.value, path + entry.key + ".", keys);
    }
}

TEST(Config, TheSchemaKnowsTheSameKeys) {
    std::set<std::string> in_schema;
    collect(nlohmann::json::parse(text_of(std::string(VITRINA_SOURCE_DIR) + "/docs/config.schema.json")), "",
            in_schema);
    std::set<std::string> known = {"http.tls.self_signed"};  // excludes the other keys of tls
    collect(parse_yaml(kEverything, "").value(), "", known);
    EXPECT_EQ(in_schema, known);
}

TEST(Config, SaysWhereWhatAndWhatWouldBeRight) {
    EXPECT_EQ(error_of("http:\n  port: 80800\n"),
              "v.yaml:2:9: http.port: \"80800\" should be a whole number from 0 to 65535");
    EXPECT_EQ(error_of("shop:\n  nmae: x\n"), "v.yaml:2:3: shop.nmae: no such key; did you mean name?");
    EXPECT_EQ(error_of("cameras:\n- id: a\n  adress: rtsp://10.0.0.7/\n"),
              "v.yaml:2:3: cameras[0].address: is missing: rtsp://HOST/PATH, or a file to play\n"
              "v.yaml:3:3: cameras[0].adress: no such key; did you mean address?");
    EXPECT_THAT(error_of("simulation: {seed: 1}\n"),
                HasSubstr("simulation.shop: is missing: the file of a simulated shop with a behaviour"));
    EXPECT_THAT(
        error_of("xyzzyx: 1\n"),
        HasSubstr("no such key; known are shop, data, http, analysis, "
                  "retention, receipts, notify, reports, people, privacy, simulation, reserve_mb, cameras"));
    EXPECT_THAT(error_of("shop: {name: a}\nshop: {name: b}\n"),
                HasSubstr("v.yaml:2:1: shop: stands here again; it is in line 1 already"));
    EXPECT_THAT(error_of("- a\n"), HasSubstr("v.yaml:1:1: should be keys with values"));
    EXPECT_THAT(error_of("shop: Corner shop\n"), HasSubstr("v.yaml:1:7: shop: should be keys with values"));
    EXPECT_THAT(error_of("cameras: {id: a}\n"), HasSubstr("cameras: should be a list"));
    EXPECT_THAT(error_of("cameras: [a, ~]\n"), HasSubstr("cameras[0]: should be keys"));
    EXPECT_THAT(error_of("cameras: [a, ~]\n"), HasSubstr("cameras[1]: has nothing in it"));
    EXPECT_THAT(error_of("data:\n"), HasSubstr("data: has no value"));
    EXPECT_THAT(error_of("data: [a]\n"), HasSubstr("data: should be one value"));
    EXPECT_THAT(error_of("shop: {name: \"\"}\n"), HasSubstr("shop.name: is empty"));
    EXPECT_THAT(error_of("shop: {name: \"a\\nb\"}\n"), HasSubstr("control characters"));
}

TEST(Config, NumbersAreWhatTheyLookLike) {
    for (const auto* port :
         {"012", "0x50", "8e1", "80.0", "-1", "65536", "1_000", "'80 '", "yes", "9999999999999999999"})
        EXPECT_THAT(error_of(std::string("http: {port: ") + port + "}"), HasSubstr("http.port")) << port;
    EXPECT_THAT(error_of("http: {port: 012}"), HasSubstr("without zeros before"));
    for (const auto* rate : {"0", "0.99", "25.1", "nan", "inf", "1e9", "five", "05"})
        EXPECT_THAT(error_of(std::string("analysis: {rate: ") + rate + "}"), HasSubstr("from 1 to 25"))
            << rate;
    for (const auto* flag : {"yes", "1", "True", "on"})
        EXPECT_THAT(error_of(std::string("http: {public_metrics: ") + flag + "}"),
                    HasSubstr("should be false or true"))
            << flag;
    EXPECT_THAT(error_of("retention: {facts_days: 0}"), HasSubstr("from 1 to 3650"));
    EXPECT_THAT(error_of("http: {session_hours: 721}"), HasSubstr("from 1 to 720"));
    EXPECT_THAT(error_of("reserve_mb: 1.5"), HasSubstr("whole number"));
}

TEST(Config, TellsUpToEightProblemsInTheOrderOfLines) {
    std::string text;
    for (int i = 0; i < 11; ++i)
        text += "unknown" + std::to_string(i) + ": 1\n";
    const std::string error = error_of(text + "http: {port: x}\n");
    EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 8);
    EXPECT_THAT(error, StartsWith("v.yaml:1:1: unknown0"));
    EXPECT_THAT(error, testing::EndsWith("v.yaml: and 4 more"));
    const std::string mixed = error_of("http: {port: x}\nzzz: 1\nshop: {time_zone: x}\n");
    EXPECT_THAT(mixed, testing::ContainsRegex("v.yaml:1:.*\nv.yaml:2:.*\nv.yaml:3:"));
}

TEST(Config, TimeZonesAreThoseOfTheComputer) {
    EXPECT_EQ(parsed("shop: {time_zone: Europe/Moscow}").shop.time_zone, "Europe/Moscow");
    EXPECT_EQ(parsed("shop: {time_zone: UTC}").shop.time_zone, "UTC");
    for (const auto* zone : {"Moscow", "europe/moscow", "Europe", "zone.tab", "../../../etc/passwd",
                             "/usr/share/zoneinfo/UTC", "Europe/../UTC", "''"})
        EXPECT_THAT(error_of(std::string("shop: {time_zone: ") + zone + "}"), HasSubstr("shop.time_zone"))
            << zone;
}

TEST(Config, HoursHolidaysAndReportsAreChecked) {
    EXPECT_THAT(error_of("shop: {day_begins: 4}\n"),
                HasSubstr("shop.day_begins: should be a time of the day"));
    EXPECT_THAT(error_of("shop: {day_begins: \"12:00\"}\n"), HasSubstr("should be before 12:00"));
    EXPECT_THAT(error_of("shop: {hours: {mon: 9-21}}\n"),
                HasSubstr("shop.hours.mon: should be like 09:00-21:00"));
    EXPECT_THAT(error_of("shop: {hours: {monday: closed}}\n"), HasSubstr("known are mon, tue"));
    EXPECT_THAT(error_of("shop: {closed: [2026-12-31, 2026-02-30]}\n"),
                HasSubstr("v.yaml:1:29: shop.closed[1]: should be a day of the calendar"));
    EXPECT_THAT(error_of("shop: {closed: 2026-12-31}\n"), HasSubstr("shop.closed: should be a list"));
    EXPECT_THAT(error_of("reports: [{every: week}]\n"), HasSubstr("reports[0].channel: is missing"));
    EXPECT_THAT(error_of("reports: [{channel: Boss, every: year}]\n"), HasSubstr("reports[0].every"));
}

TEST(Config, AddressesToListenAt) {
    EXPECT_EQ(parsed("http: {address: '::1'}").http.address, "::1");
    for (const auto* address : {"localhost", "10.0.0", "10.0.0.7:80", "*"})
        EXPECT_THAT(error_of(std::string("http: {address: '") + address + "'}"),
                    HasSubstr("should be an IP address"))
            << address;
}

TEST(Config, TlsIsFilesOrSelfSigned) {
    EXPECT_TRUE(parsed("http: {tls: {self_signed: true}}").http.tls->self_signed);
    EXPECT_FALSE(parsed("http: {port: 1}").http.tls.has_value());
    for (const auto* tls :
         {"{}", "{self_signed: false}", "{certificate: a}", "{key: a}",
          "{certificate: a, key: b, self_signed: true}", "{certificate: a, self_signed: true}"})
        EXPECT_THAT(error_of(std::string("http: {tls: ") + tls + "}"),
                    HasSubstr("http.tls: should have either certificate and key, or self_signed: true"))
            << tls;
}

TEST(Config, CamerasAreCheckedAsAWhole) {
    const auto error = [](const std::string& camera) { return error_of("cameras: [{" + camera + "}]"); };
    EXPECT_THAT(error("address: rtsp://a/"), HasSubstr("cameras[0].id: is missing"));
    for (const auto* id : {"Door", "door_1", "a b", "дверь", "123456789012345678901234567890123"})
        EXPECT_THAT(error(std::string("address: rtsp://a/, id: ") + id),
                    HasSubstr("1 to 32 of a-z, 0-9 and -"))
            << id;
    EXPECT_THAT(error("id: a"), HasSubstr("address: is missing"));
    EXPECT_THAT(error("id: a, address: rtsp://a/, file: b"), HasSubstr("stands beside a file"));
    for (const auto* key : {"view_address: rtsp://a/", "user: x", "user: x, password: y", "transport: udp"})
        EXPECT_THAT(error(std::string("id: a, file: b, ") + key), HasSubstr("belongs to an address")) << key;
    EXPECT_THAT(error("id: a, address: rtsp://a/, password: x"), HasSubstr("user: is missing"));
    EXPECT_THAT(error("id: a, address: rtsp://a/, transport: http"), HasSubstr("should be tcp or udp"));
    for (const auto* address :
         {"file:///etc/passwd", "gopher://a/", "/dev/video0", "rtsp://", "rtsp://a:99999/"})
        EXPECT_THAT(error(std::string("id: a, address: '") + address + "'"),
                    HasSubstr("cameras[0].address: should be"))
            << address;
    EXPECT_THAT(error_of("cameras: [{id: a, file: x}, {id: a, file: y}]"),
                HasSubstr("cameras[1].id: is that of another camera above"));
    EXPECT_THAT(error_of("cameras:\n- {id: a, address: 'rtsp://10.0.0.7/1'}\n"
                         "- {id: b, address: 'RTSP://10.0.0.7:554/1', user: u}\n"),
                HasSubstr("v.yaml:3:20: cameras[1].address: is that of camera a above"));
    EXPECT_EQ(
        error_of("data: d\ncameras:\n- {id: a, address: 'rtsp://10.0.0.7/1'}\n"
                 "- {id: b, address: 'rtsp://10.0.0.7/2'}\n- {id: c, file: x.mp4}\n- {id: d, file: x.mp4}\n"),
        "");
    std::string many = "cameras:\n";
    for (std::size_t i = 0; i <= kConfigCamerasMax; ++i)
        many += "- {id: c" + std::to_string(i) + ", file: x}\n";
    EXPECT_THAT(error_of(many), HasSubstr("has 65 items; at most 64"));
}

TEST(Config, VariablesComeFromTheEnvironment) {
    const Config config = parsed(
        "shop: {name: 'a ${PORT} b ${PORT}${PORT} $${PORT} $PORT $'}\nhttp: {port: '${PORT}'}\n"
        "cameras: [{id: a, address: 'rtsp://a/', user: u, password: '${CAMERA_PASSWORD}'}]\n");
    EXPECT_EQ(config.shop.name, "a 9000 b 90009000 ${PORT} $PORT $");
    EXPECT_EQ(config.http.port, 9000);
    EXPECT_EQ(config.cameras[0].password, "heron-on-the-lake");
    EXPECT_EQ(error_of("shop:\n  name: ${NOT_SET}\n"),
              "v.yaml:2:9: shop.name: the environment variable NOT_SET is not set");
    EXPECT_THAT(error_of("shop: {name: '${EMPTY}'}"), HasSubstr("shop.name: is empty"));
    for (const auto* text : {"${", "${}", "${A", "${A-B}", "${A B}"})
        EXPECT_THAT(error_of(std::string("shop: {name: '") + text + "'}"), HasSubstr("write ${NAME}"))
            << text;
}

TEST(Config, TheDataFolderIsFoundWithoutTheSecrets) {
    const auto folder = [](const std::string& text) {
        const auto found = parse_data_folder(text, "/etc/vitrina/v.yaml", variable);
        return found ? found->string() : found.error().message;
    };
    EXPECT_EQ(folder("data: here\nhttp: {prot: 1}\ncameras:\n  - {id: a, password: \"${NOT_SET}\"}\n"),
              "/etc/vitrina/here");
    EXPECT_EQ(folder("data: ${HOME}/shop\n"), "/users/anna/shop");
    EXPECT_THAT(folder("data: ${NOT_SET}\n"), HasSubstr("NOT_SET"));
    EXPECT_THAT(folder("data: [\n"), HasSubstr("v.yaml:"));
}

TEST(Config, UsersAndPasswordsAreNeverTold) {
    for (const auto* camera :
         {"user: hunter2, password: [hunter2]", "user: {hunter2: x}, password: x",
          "pasword: hunter2, user: hunter2", "password: \"hunter2\\n\", user: hunter2", "password:hunter2",
          "password: 'hunter2 ${'", "address: 'rtsp://hunter2:hunter2@10.0.0.7/'",
          "address: 'rtsp://x:hunter2/@10.0.0.7/'", "address: 'rtsp://x:hunter2/'",
          "address: 'gopher://hunter2@a'", "view_address: 'hunter2'", "password: hunter2",
          "user: hunter2, user: hunter2"}) {
        const std::string error = error_of(std::string("cameras: [{id: '!', ") + camera + "}]");
        EXPECT_THAT(error, Not(IsEmpty()));
        EXPECT_THAT(error, Not(HasSubstr("hunter2"))) << camera;
    }
    for (const auto* key : {"http: {port: ", "http: {address: ", "analysis: {rate: ", "shop: {time_zone: ",
                            "cameras: [{transport: ", "cameras: [{id: ", "cameras: [{address: "}) {
        const std::string closing = std::string(key).starts_with("cameras") ? "}]" : "}";
        const std::string error = error_of(key + std::string("'${CAMERA_PASSWORD} '") + closing);
        EXPECT_THAT(error, Not(IsEmpty()));
        EXPECT_THAT(error, Not(HasSubstr("heron"))) << key;
    }
}

TEST(Config, TheFileIsReadOrItIsSaidWhyNot) {
    std::string pattern = (std::filesystem::temp_directory_path() / "config-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    const std::filesystem::path folder = pattern;
    EXPECT_THAT(load_config(folder / "v.yaml").error().message, HasSubstr("No such file"));
    EXPECT_THAT(load_config(folder).error().message, HasSubstr("it is a folder"));
    std::ofstream(folder / "v.yaml") << "shop: {name: Corner}\ndata: here\n";
    const auto config = load_config(folder / "v.yaml");
    ASSERT_TRUE(config.has_value()) << config.error().message;
    EXPECT_EQ(config->shop.name, "Corner");
    EXPECT_EQ(config->data, folder / "here");
    std::ofstream(folder / "v.yaml") << std::string(kYamlBytesMax + 1, '#');
    EXPECT_THAT(load_config(folder / "v.yaml").error().message, HasSubstr("larger than"));
    std::filesystem::remove_all(folder);
}

TEST(ConfigChanges, AreLiveOrWaitForARestart) {
    const Config running = parsed(kEverything);
    EXPECT_THAT(changes_between(running, running).live, IsEmpty());
    EXPECT_THAT(changes_between(running, running).restart, IsEmpty());

    Config wanted = running;
    wanted.analysis.rate = 3;
    wanted.retention.log = days(1);
    wanted.cameras[0].password = "new";
    wanted.cameras[1].id = "clip-2";
    const ConfigChanges live = changes_between(running, wanted);
    EXPECT_THAT(live.live, ElementsAre("analysis.rate", "retention", "cameras.clip", "cameras.door-1",
                                       "cameras.clip-2"));
    EXPECT_THAT(live.restart, IsEmpty());

    wanted = running;
    wanted.shop.name = "Other";
    wanted.shop.time_zone = "UTC";
    wanted.data = "/elsewhere";
    wanted.http.tls->key = "other.pem";
    wanted.analysis.threads = 1;
    wanted.receipts.folder = "/elsewhere";
    wanted.shop.day_begins = hours(5);
    wanted.shop.hours.closed.clear();
    wanted.reports.clear();
    wanted.notify.loopback = false;
    wanted.people.looks = true;
    wanted.simulation.seed = 2;
    wanted.reserve_mb = 1;
    const ConfigChanges later = changes_between(running, wanted);
    EXPECT_THAT(later.live, IsEmpty());
    EXPECT_THAT(later.restart, ElementsAre("shop.name", "shop.time_zone", "shop.day_begins", "shop.hours",
                                           "reports", "data", "http", "analysis.threads", "receipts",
                                           "notify", "people", "simulation", "reserve_mb"));
}

}  // namespace
}  // namespace vitrina::app
