// A whole API for tests: real records in a folder of its own, a shop without cameras, and a user of each
// role.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/api.h"
#include "api/test_client.h"
#include "api/test_recognition.h"
#include "api/test_shop.h"
#include "base/mutex.h"
#include "pipeline/audit_watch.h"
#include "pipeline/people_watch.h"
#include "records/taught_store.h"
#include "teach/school.h"

namespace vitrina::api {

/// The password of every user.
inline constexpr const char* kTestPassword = "window with two cats";
/// "2026-11-23T12:00:00Z", what the clock says all the time.
[[nodiscard]] UtcTime test_now();

/// A visit of `seconds` that began so long before test_now().
[[nodiscard]] LiveEvent test_visit(const std::string& id, const std::string& zone, PersonId person,
                                   std::chrono::milliseconds before, std::chrono::milliseconds lasting);

class TestSite {
  public:
    explicit TestSite(std::int64_t reserve_bytes = 0);
    TestSite(const TestSite&) = delete;
    TestSite& operator=(const TestSite&) = delete;
    ~TestSite();

    /// Opens the port, anew where it is open. Before it, `options` and `services()` may be changed.
    void start();
    [[nodiscard]] std::uint16_t port() const { return api_->port(); }
    [[nodiscard]] Services& services() { return *services_; }
    /// What was logged.
    [[nodiscard]] std::string log() const;
    /// Texts of messages that were delivered.
    [[nodiscard]] std::vector<std::string> delivered() const;
    /// The same as they were.
    [[nodiscard]] std::vector<notify::Message> messages() const;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    /// Makes the administrator "owner", unless he is there, and a user of each other role, named like it; and
    /// signs them in.
    void add_users();
    /// New sessions for all of them.
    void sign_in_users();
    /// Headers of a signed-in user: cookie, forgery token, Content-Type.
    [[nodiscard]] const std::string& headers_of(Role role) const { return headers_.at(role); }
    /// A request of the administrator, on a connection of its own.
    [[nodiscard]] TestAnswer ask(std::string_view method, const std::string& target,
                                 std::string_view body = "") const;
    [[nodiscard]] TestAnswer ask_as(Role role, std::string_view method, const std::string& target,
                                    std::string_view body = "") const;
    [[nodiscard]] TestRecognition& recognition() { return *recognition_; }
    /// As after a restart, with the key files that lie in the folder now, at another time where one is given.
    /// The port is another; sign in anew.
    void restart_recognition(const std::function<UtcTime()>& now = test_now);
    /// Adds facts and tells of them.
    void add_facts(const std::vector<LiveEvent>& facts);

    ApiOptions options;
    /// Another shop, under /simulated, with the same records.
    std::optional<Services> simulated;
    TestShop shop;
    std::string setup_token;
    /// While it is set, a lesson about goods goes on until it is cancelled.
    std::atomic<bool> lessons_wait = false;

  private:
    [[nodiscard]] std::unique_ptr<TestRecognition> make_recognition(const std::function<UtcTime()>& now);

    std::filesystem::path folder_;
    std::shared_ptr<records::Database> database_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> shop_records_;
    std::unique_ptr<records::ReceiptStore> receipts_;
    std::unique_ptr<records::MatchStore> matches_;
    std::unique_ptr<records::BuyerStore> buyers_;
    std::unique_ptr<records::CampaignStore> campaigns_;
    std::unique_ptr<records::AlarmStore> alarms_;
    std::unique_ptr<records::PathStore> paths_;
    std::unique_ptr<records::AccountStore> account_store_;
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<privacy::Sealer> sealer_;
    std::unique_ptr<notify::Delivery> delivery_;
    std::unique_ptr<pipeline::AlarmWatch> alarm_watch_;
    std::unique_ptr<records::TaughtStore> taught_;
    std::unique_ptr<records::AuditStore> audits_;
    std::unique_ptr<pipeline::AuditWatch> audit_watch_;
    std::unique_ptr<pipeline::PeopleWatch> people_;
    std::unique_ptr<teach::School> school_;
    std::unique_ptr<TestRecognition> recognition_;
    Mutex changing_;
    std::unique_ptr<Services> services_;
    mutable Mutex mutex_;
    std::string log_ GUARDED_BY(mutex_);
    std::vector<std::string> delivered_ GUARDED_BY(mutex_);
    std::vector<notify::Message> messages_ GUARDED_BY(mutex_);
    std::map<Role, std::string> headers_;
    std::unique_ptr<Api> api_;
};

/// A site that serves its users.
class SiteTest : public testing::Test {
  protected:
    SiteTest();
    /// The JSON that the administrator gets with this status.
    nlohmann::json ask(std::string_view method, const std::string& target, std::string_view body = "",
                       int status = 200);

    TestSite site_;
};

}  // namespace vitrina::api
