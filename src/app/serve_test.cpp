#include "app/serve.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>

#include "app/audit.h"
#include "app/replay.h"
#include "app/shop_data.h"

namespace vitrina::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A folder with vitrina.yaml in it, whose records would lie in `data` there.
class VisitTest : public testing::Test {
  protected:
    VisitTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-visit-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        std::ofstream(folder_ / "vitrina.yaml") << "data: data\n";
    }
    ~VisitTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string why_not(const Result<void>& done) const {
        if (done) return "";
        EXPECT_EQ(done.error().kind, ErrorKind::kConfiguration);
        return done.error().message;
    }
    [[nodiscard]] Result<void> replay_of(const std::string& camera) const {
        ReplayRequest request;
        request.config = folder_ / "vitrina.yaml";
        request.from = "2026-11-01T00:00:00Z";
        request.camera = camera;
        request.threads = 1;
        return replay(request);
    }
    [[nodiscard]] Result<ShopData> opened(DataUse use) const {
        Config config;
        config.data = folder_ / "data";
        config.reserve_mb = 0;
        return ShopData::open(config, use);
    }

    std::filesystem::path folder_;
};

TEST_F(VisitTest, WhereNoRecordsAreNoneAreMade) {
    AuditRequest request;
    request.config = folder_ / "vitrina.yaml";
    EXPECT_THAT(why_not(audit(request)), AllOf(HasSubstr((folder_ / "data").string()),
                                               HasSubstr("no records are there; is \"data\" right?")));
    EXPECT_THAT(why_not(replay_of("")), HasSubstr("no records are there"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "data"));
    std::filesystem::create_directory(folder_ / "data");
    EXPECT_FALSE(opened(DataUse::kVisit));
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "data"));
    EXPECT_TRUE(opened(DataUse::kShop));
    EXPECT_TRUE(audit(request));
}

TEST_F(VisitTest, AReplayOfACameraThatHasNoPathsSaysWhichHave) {
    {
        const auto data = opened(DataUse::kShop);
        ASSERT_TRUE(data) << data.error().message;
        EXPECT_THAT(why_not(replay_of("door")), HasSubstr("there are paths of: none"));
        records::PathNews news;
        news.sessions.push_back({"door", 1, UtcTime(), std::nullopt, 640, 360});
        news.pieces.push_back(
            {"door", 1, {{.tick = 50, .x = 10, .y = 10, .height = 20, .score = 9, .visible = 20}}, {}});
        ASSERT_TRUE(data->paths->put(news));
    }
    EXPECT_THAT(why_not(replay_of("dor")),
                AllOf(HasSubstr("camera \"dor\""), HasSubstr("there are paths of: door")));
    EXPECT_TRUE(replay_of("door"));
}

TEST(Serve, PrintsAnAddressThatABrowserOpens) {
    HttpConfig http;
    EXPECT_EQ(browser_address(http, 8080), "http://127.0.0.1:8080");
    for (const char* const everywhere : {"0.0.0.0", "::"}) {
        http.address = everywhere;
        EXPECT_EQ(browser_address(http, 8080), "http://localhost:8080");
    }
    http.address = "2001:db8::1";
    http.tls.emplace();
    EXPECT_EQ(browser_address(http, 443), "https://[2001:db8::1]:443");
}

}  // namespace
}  // namespace vitrina::app
