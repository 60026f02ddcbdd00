#include "api/test_site.h"

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "api/customer_names.h"
#include "api/instant.h"
#include "teach/test_pictures.h"

namespace vitrina::api {
namespace {

/// What the set-up of a test needs and can't do without.
template <typename Expected>
auto must(Expected result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

constexpr Role kRoles[] = {Role::kAdministrator, Role::kManager, Role::kAnalyst, Role::kGuard, Role::kStaff};

}  // namespace

UtcTime test_now() {
    return *parse_instant("2026-11-23T12:00:00Z");
}

LiveEvent test_visit(const std::string& id, const std::string& zone, PersonId person,
                     std::chrono::milliseconds before, std::chrono::milliseconds lasting) {
    LiveEvent live;
    live.event.id = id;
    live.event.shop = "shop";
    live.event.camera = "door";
    live.event.layout = "2026-11-23.1";
    live.event.confidence = 0.75;
    live.event.fact = Visit{person, zone, SourceTime(), SourceTime() + lasting};
    live.begin = test_now() - before;
    live.end = live.begin + lasting;
    return live;
}

TestSite::TestSite(std::int64_t reserve_bytes) {
    std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-api-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error(pattern);
    folder_ = pattern;
    records::DatabaseOptions database_options;
    database_options.reserve_bytes = reserve_bytes;
    database_ = must(records::Database::open(folder_ / "vitrina.db", database_options));
    facts_ = std::make_unique<records::FactStore>(database_);
    shop_records_ = std::make_unique<records::ShopStore>(database_);
    receipts_ = std::make_unique<records::ReceiptStore>(database_);
    alarms_ = std::make_unique<records::AlarmStore>(database_);
    matches_ = std::make_unique<records::MatchStore>(database_);
    buyers_ = std::make_unique<records::BuyerStore>(database_);
    campaigns_ = std::make_unique<records::CampaignStore>(database_);
    paths_ = std::make_unique<records::PathStore>(database_);
    taught_ = std::make_unique<records::TaughtStore>(database_);
    account_store_ = std::make_unique<records::AccountStore>(database_);
    AccountOptions account_options;
    account_options.password_cost = PasswordCost::kMinimal;
    accounts_ = must(Accounts::create(*account_store_, test_now, account_options));
    sealer_ = must(privacy::Sealer::open(folder_ / "key"));
    notify::Delivery::Options delivery_options;
    delivery_options.now = test_now;
    delivery_options.send = [this](const notify::Channel& channel, const notify::Message& message,
                                   const notify::SendOptions& /*options*/) -> Result<void> {
        const MutexLock lock(mutex_);
        delivered_.push_back(channel.name + " " + channel.secret + ": " + message.text);
        messages_.push_back(message);
        return {};
    };
    delivery_ = std::make_unique<notify::Delivery>(*alarms_, *sealer_, std::move(delivery_options));
    pipeline::AlarmWatch::Options watch_options;
    watch_options.shop = "Corner shop";
    watch_options.facts = facts_.get();
    watch_options.to_local = [](UtcTime) { return rules::LocalTime{}; };
    watch_options.now = test_now;
    watch_options.posted = [this] { delivery_->poke(); };
    alarm_watch_ =
        std::make_unique<pipeline::AlarmWatch>(*alarms_, *matches_, shop, std::move(watch_options));
    audits_ = std::make_unique<records::AuditStore>(database_);
    pipeline::AuditWatch::Options audit_options;
    audit_options.folder = folder_ / "audit";
    audit_options.now = test_now;
    audit_options.thread = pipeline::AuditWatch::Options::Thread::kNone;
    audit_watch_ = std::make_unique<pipeline::AuditWatch>(*audits_, *sealer_, shop, std::move(audit_options));
    pipeline::PeopleWatch::Options people_options;
    people_options.shop = "Corner shop";
    people_options.form = "test/1";
    people_options.now = test_now;
    people_options.publish = [this](std::vector<LiveEvent> events) { add_facts(events); };
    people_ =
        must(pipeline::PeopleWatch::create(*taught_, *facts_, *sealer_, shop, std::move(people_options)));
    recognition_ = make_recognition(test_now);
    teach::School::Options school_options;
    school_options.folder = folder_ / "teach";
    school_options.networks = {teach::write_test_network(folder_)};
    school_options.now = test_now;
    school_options.log = [](const std::string&) {};
    school_options.learn = [this](const teach::GoodsLesson& lesson, const teach::OnLessonProgress& progress) {
        while (lessons_wait && progress("waiting", 0, 1))
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return teach::learn_goods(lesson, progress);
    };
    school_ = std::make_unique<teach::School>(std::move(school_options));
    setup_token = must(accounts_->begin_setup()).value();
    services_.reset(
        new Services{.database = *database_,
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
                     .shop = shop,
                     .audits = audits_.get(),
                     .audit_watch = audit_watch_.get(),
                     .people = people_.get(),
                     .school = school_.get(),
                     .accounts = *accounts_,
                     .sealer = *sealer_,
                     .shop_name = "Corner shop",
                     .time_zone = "Europe/Moscow",
                     .version = "0.1.0",
                     .now = test_now,
                     .analysis_rate = [] { return 5.0; },
                     .changing = changing_,
                     .snapshot = [](const video::LiveOptions& /*options*/) -> video::Reached<Picture> {
                         return Picture{16, 16, std::vector<std::uint8_t>(16 * 16 * 3, 64)};
                     },
                     .log =
                         [this](const std::string& line) {
                             const MutexLock lock(mutex_);
                             log_ += line + "\n";
                         }});
    services_->recognition = &recognition_->services();
    options.server.port = 0;
    options.server.limits.rate = {1e6, 1e6, 100};
    options.dashboard = folder_ / "dist";
}

std::unique_ptr<TestRecognition> TestSite::make_recognition(const std::function<UtcTime()>& now) {
    return std::make_unique<TestRecognition>(
        database_, folder_, *alarm_watch_, now,
        [this](const std::string& external) { return pseudonym_of_card(*sealer_, external); },
        [this](const std::string& card) -> Result<void> {
            TRY(buyers_->forget(card));
            return {};
        });
}

void TestSite::restart_recognition(const std::function<UtcTime()>& now) {
    api_.reset();
    recognition_.reset();
    recognition_ = make_recognition(now);
    services_->recognition = &recognition_->services();
    start();
}

TestSite::~TestSite() {
    api_.reset();
    school_.reset();
    people_.reset();
    audit_watch_.reset();
    recognition_.reset();
    alarm_watch_.reset();
    delivery_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void TestSite::start() {
    api_.reset();
    api_ = must(Api::create(*services_, options, simulated ? &*simulated : nullptr));
}

std::string TestSite::log() const {
    const MutexLock lock(mutex_);
    return log_;
}

std::vector<notify::Message> TestSite::messages() const {
    const MutexLock lock(mutex_);
    return messages_;
}

std::vector<std::string> TestSite::delivered() const {
    const MutexLock lock(mutex_);
    return delivered_;
}

void TestSite::add_users() {
    const Client client{"127.0.0.1", "test"};
    if (must(accounts_->setup_needed()))
        static_cast<void>(must(accounts_->set_up(setup_token, "owner", kTestPassword, "en", client)));
    const SignedIn owner = must(accounts_->sign_in("owner", kTestPassword, client));
    for (const Role role : kRoles) {
        if (role == Role::kAdministrator) continue;
        NewUser user;
        user.name = to_text(role);
        user.password = kTestPassword;
        user.role = role;
        static_cast<void>(must(accounts_->add_user(owner.identity, user)));
    }
    sign_in_users();
}

void TestSite::sign_in_users() {
    for (const Role role : kRoles) {
        const std::string name(role == Role::kAdministrator ? "owner" : to_text(role));
        const SignedIn session = must(accounts_->sign_in(name, kTestPassword, {"127.0.0.1", "test"}));
        headers_[role] = fmt::format(
            "Cookie: vitrina-session={}\r\nX-Vitrina-Forgery: {}\r\nContent-Type: application/json\r\n",
            session.cookie_key, session.identity.forgery_token);
    }
}

TestAnswer TestSite::ask(std::string_view method, const std::string& target, std::string_view body) const {
    return ask_as(Role::kAdministrator, method, target, body);
}

TestAnswer TestSite::ask_as(Role role, std::string_view method, const std::string& target,
                            std::string_view body) const {
    return TestClient(port()).request(method, target, headers_of(role), body);
}

void TestSite::add_facts(const std::vector<LiveEvent>& facts) {
    static_cast<void>(must(facts_->append(facts)));
    shop.tell_facts();
}

SiteTest::SiteTest() {
    site_.start();
    site_.add_users();
}

nlohmann::json SiteTest::ask(std::string_view method, const std::string& target, std::string_view body,
                             int status) {
    const TestAnswer answer = site_.ask(method, target, body);
    EXPECT_EQ(answer.status, status) << method << " " << target << ": " << answer.body;
    return nlohmann::json::parse(answer.body, nullptr, false);
}

}  // namespace vitrina::api
