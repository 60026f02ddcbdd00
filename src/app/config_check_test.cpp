#include "app/config_check.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/certificate.h"
#include "source_dir.h"

namespace vitrina::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ConfigCheckTest : public testing::Test {
  protected:
    ConfigCheckTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-check-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~ConfigCheckTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] Config parsed(const std::string& text) const {
        auto config = parse_config(text, folder_ / "v.yaml", [](const std::string&) { return std::nullopt; });
        EXPECT_TRUE(config.has_value()) << config.error().message;
        return config ? *std::move(config) : Config{};
    }
    /// What is wrong, without the folder's name before it; empty when nothing is.
    [[nodiscard]] std::string problems(const std::string& text,
                                       Surroundings what = Surroundings::kAll) const {
        const auto fine = check_surroundings(parsed(text), what);
        if (fine) return "";
        EXPECT_EQ(fine.error().kind, ErrorKind::kConfiguration);
        return fine.error().message;
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }

    std::filesystem::path folder_;
};

TEST_F(ConfigCheckTest, NothingIsWrongWithWhatIsThere) {
    ASSERT_TRUE(api::make_certificate({folder_ / "c.pem", folder_ / "k.pem"}, {}));
    write("clip.mp4", "clip");
    const std::string text =
        "data: new/records\n"
        "http: {address: 127.0.0.1, tls: {certificate: c.pem, key: k.pem}}\n"
        "receipts: {folder: new/receipts}\n"
        "simulation: {shop: " VITRINA_SOURCE_DIR
        "/examples/simulation/grocery.yaml}\n"
        "cameras: [{id: clip, file: clip.mp4}]\n";
    EXPECT_THAT(problems(text, Surroundings::kToStart), IsEmpty());
    // The networks are not on every computer.
    std::istringstream all(problems(text));
    for (std::string line; std::getline(all, line);)
        EXPECT_THAT(line, HasSubstr("network "));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "new")) << "a check makes nothing";
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
        EXPECT_THAT(entry.path().filename().string(), testing::Not(testing::StartsWith("."))) << "nor leaves";
}

TEST_F(ConfigCheckTest, WhatServingNeedsIsToldBefore) {
    const std::string text =
        "simulation:\n"
        "  shop: /nowhere.yaml\n"
        "receipts:\n"
        "  folder: /proc/nowhere/x\n"
        "people: {faces: false}\n"
        "analysis:\n"
        "  poses: true\n";
    const auto fine = check_surroundings(parsed(text), Surroundings::kAll, folder_ / "no-networks");
    ASSERT_FALSE(fine);
    const std::string all = fine.error().message;
    EXPECT_THAT(all, HasSubstr("v.yaml:1:1: network centernet: "));
    EXPECT_THAT(all, HasSubstr("fetch_models.sh"));
    EXPECT_THAT(all, HasSubstr("v.yaml:2:9: simulation.shop: /nowhere.yaml: no such file"));
    EXPECT_THAT(all,
                HasSubstr("v.yaml:4:11: receipts.folder: /proc/nowhere/x is not there and can't be made"));
    EXPECT_THAT(all, HasSubstr("v.yaml:7:10: analysis.poses: network movenet-thunder: "));
    EXPECT_THAT(all, testing::Not(HasSubstr("people.faces"))) << "nobody's face is looked at";
    EXPECT_THAT(problems(text, Surroundings::kToStart),
                testing::AllOf(HasSubstr("receipts.folder"), testing::Not(HasSubstr("simulation.shop"))));
}

TEST_F(ConfigCheckTest, WhatIsMissingIsToldWithLineAndKey) {
    const std::string text =
        "data: records\n"
        "http:\n"
        "  address: 192.0.2.77\n"
        "  tls:\n"
        "    certificate: none.pem\n"
        "    key: none.key\n"
        "cameras:\n"
        "  - {id: a, address: 'rtsp://a/'}\n"
        "  - id: b\n"
        "    file: none.mp4\n";
    const std::string all = problems(text);
    EXPECT_THAT(all, HasSubstr("v.yaml:3:12: http.address: 192.0.2.77 is not an address of this computer"));
    EXPECT_THAT(all, HasSubstr("v.yaml:5:18: http.tls.certificate: "));
    EXPECT_THAT(all, HasSubstr("v.yaml:6:10: http.tls.key: "));
    EXPECT_THAT(all, HasSubstr("v.yaml:10:11: cameras[1].file: "));
    EXPECT_THAT(problems(text, Surroundings::kToStart), testing::Not(HasSubstr("cameras")))
        << "a camera's file may come later";
}

TEST_F(ConfigCheckTest, AFileIsNoFolderAndNoCertificate) {
    write("records", "");
    ASSERT_TRUE(api::make_certificate({folder_ / "c.pem", folder_ / "k.pem"}, {}));
    ASSERT_TRUE(api::make_certificate({folder_ / "c2.pem", folder_ / "k2.pem"}, {}));
    EXPECT_THAT(problems("data: records\n"), HasSubstr("v.yaml:1:7: data: "));
    EXPECT_THAT(problems("data: .\nhttp: {tls: {certificate: k.pem, key: k.pem}}\n"),
                HasSubstr("http.tls.certificate: "));
    EXPECT_THAT(problems("data: .\nhttp: {tls: {certificate: c.pem, key: c.pem}}\n"),
                HasSubstr("http.tls.key: "));
    EXPECT_THAT(problems("data: .\nhttp: {tls: {certificate: c.pem, key: k2.pem}}\n"),
                HasSubstr("is not the key of "));
}

TEST_F(ConfigCheckTest, AnErrorHasThePlaceOfItsKey) {
    const Config config = parsed("http:\n  port: 80\n");
    EXPECT_THAT(at_key(config, "http.port", {"in use", ErrorKind::kConfiguration}).message,
                HasSubstr("v.yaml:2:9: http.port: in use"));
    EXPECT_EQ(at_key(config, "data", {"full", ErrorKind::kConfiguration}).message, "full");
}

TEST_F(ConfigCheckTest, PlacesAreNoDifference) {
    EXPECT_EQ(parsed("data: a\n"), parsed("\n\ndata: a\n"));
}

}  // namespace
}  // namespace vitrina::app
