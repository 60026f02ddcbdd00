#include "records/database.h"

#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "records/account_store.h"
#include "records/shop_store.h"
#include "records/test_records.h"
#include "records/test_stranger.h"

namespace vitrina::records {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr uid_t kNobody = 65534;
const DatabaseOptions kQuick{.reserve_bytes = 0, .lock_wait = std::chrono::milliseconds(50)};

class DatabaseTest : public testing::Test {
  protected:
    void make() const {
        const auto made = Database::open(file(), kQuick);
        ASSERT_TRUE(made) << made.error().message;
        ASSERT_TRUE(AccountStore(*made).set_setting("name", "Corner shop"));
    }

    /// The message with which the file is refused.
    [[nodiscard]] std::string refusal(const fs::path& path) const {
        const auto opened = Database::open(path, kQuick);
        return opened ? "not refused" : opened.error().message;
    }
    [[nodiscard]] std::string refusal() const { return refusal(file()); }

    /// The same, asked by a user that owns nothing here; root could write everywhere.
    [[nodiscard]] std::string refusal_for_nobody() const {
        if (geteuid() != 0) return refusal();
        EXPECT_EQ(seteuid(kNobody), 0);
        std::string message = refusal();
        EXPECT_EQ(seteuid(0), 0);
        return message;
    }

    [[nodiscard]] fs::path file() const { return folder_.path() / "vitrina.db"; }

    TempFolder folder_;
};

TEST_F(DatabaseTest, KeepsWhatWasWritten) {
    make();
    const auto again = Database::open(file(), kQuick);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ((*again)->path(), file());
    EXPECT_EQ(AccountStore(*again).setting("name").value(), "Corner shop");
}

TEST_F(DatabaseTest, IsWrittenWithALogThatSurvivesPowerCuts) {
    make();
    const auto opened = Database::open(file(), kQuick);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(fs::exists(file().string() + "-wal"));
}

TEST_F(DatabaseTest, IsItsOwnersAlone) {
    const auto opened = Database::open(file(), kQuick);
    ASSERT_TRUE(opened);
    for (const char* ending : {"", "-wal", "-shm"})
        EXPECT_EQ(fs::status(file().string() + ending).permissions(),
                  fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DatabaseTest, AnEmptyFileIsANewOne) {
    std::ofstream(file()).close();
    make();
}

TEST_F(DatabaseTest, RefusesAFolderThatIsNotThere) {
    EXPECT_THAT(refusal(folder_.path() / "nowhere" / "vitrina.db"),
                AllOf(HasSubstr("/nowhere: no such folder"), HasSubstr("make it")));
}

TEST_F(DatabaseTest, RefusesAFolderInPlaceOfTheFile) {
    EXPECT_THAT(refusal(folder_.path()),
                AllOf(StartsWith(folder_.path().string()), HasSubstr("is a folder")));
}

TEST_F(DatabaseTest, RefusesWhatIsNoFile) {
    ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
    EXPECT_THAT(refusal(), HasSubstr("not a regular file"));
}

TEST_F(DatabaseTest, RefusesWhatIsNoDatabase) {
    std::ofstream(file()) << std::string(4096, 'x');
    EXPECT_THAT(refusal(), AllOf(StartsWith(file().string()), HasSubstr("is not a database of Vitrina")));
    EXPECT_FALSE(fs::exists(file().string() + ".reserve"));
}

TEST_F(DatabaseTest, RefusesTheDatabaseOfAnotherProgram) {
    Stranger(file()).execute("CREATE TABLE recipes (name TEXT)");
    EXPECT_THAT(refusal(), HasSubstr("another program"));
}

TEST_F(DatabaseTest, RefusesANewerOneAndLeavesItAsItIs) {
    make();
    Stranger(file()).execute("PRAGMA user_version = 700");
    EXPECT_THAT(refusal(), AllOf(StartsWith(file().string()), HasSubstr("newer Vitrina"),
                                 HasSubstr("version 700"), HasSubstr("install")));
    Stranger(file()).execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    make();
}

TEST_F(DatabaseTest, OutagesOfVersionOneGetCodes) {
    make();
    Stranger(file()).execute(
        "DROP TABLE alarm_notes; DROP INDEX queues_by_place;"
        "DROP TABLE outbox_files; DROP TABLE outbox; DROP TABLE channels; DROP TABLE alarms; DROP TABLE "
        "rules;"
        "DROP TABLE receipt_matches; DROP TABLE till_clocks; DROP TABLE match_queue; DROP TABLE match_mark;"
        "DROP TABLE receipt_lines; DROP TABLE receipts; DROP TABLE tills;"
        "DROP TABLE troubles; DROP TABLE camera_views; DROP TABLE paths; DROP TABLE path_sessions;"
        "DROP TABLE layout_starts; DROP TABLE paths_forgotten; DROP TABLE walk_owners; DROP TABLE "
        "plan_drawings;"
        "DROP TABLE taught; DROP INDEX labels_by_person; DROP INDEX touches_by_begin;"
        "DROP TABLE watch_matches; DROP TABLE gallery_stays; DROP TABLE gallery_pictures; DROP TABLE "
        "gallery_people; DROP TABLE gallery_settings; DROP TABLE look_log;"
        "DROP INDEX traits_by_person; DROP INDEX traits_by_begin; DROP INDEX stands_by_begin;"
        "DROP INDEX talks_by_begin; DROP INDEX work_by_begin;"
        "DROP TABLE audit_clips; DROP TABLE audit_strata; DROP TABLE audits;"
        "DROP TABLE plan_entries; DROP TABLE plan_cameras; DROP INDEX outages_by_camera;"
        "DROP TABLE card_names; DROP TABLE planogram; DROP TABLE campaign_audience; DROP TABLE campaigns;"
        "DROP TABLE web_events;"
        "ALTER TABLE outages DROP COLUMN reason_code; PRAGMA user_version = 1;"
        "INSERT INTO outages (camera, begin_ms, end_ms, reason) VALUES ('', 0, 1, 'Vitrina did not run'),"
        "('door', 0, 1, 'cable');"
        "INSERT INTO layouts (camera, version, valid_from_ms, saved_ms, author, json, superseded) VALUES "
        "('', 'v1', 0, 0, 'anna', '{\"cameras\": [{\"camera\": \"door\", \"calibration\": {}}, "
        "{\"camera\": \"hall\"}]}', 0)");
    const auto opened = Database::open(file(), kQuick);
    ASSERT_TRUE(opened) << opened.error().message;
    const auto outages = ShopStore(*opened).outages(UtcTime(), UtcTime() + std::chrono::hours(1));
    ASSERT_TRUE(outages && outages->size() == 2);
    EXPECT_EQ(outages->at(0).reason_code, "not_running");
    EXPECT_EQ(outages->at(1).reason_code, "other");
    // And a plan of then says whose troubles its facts have.
    LiveEvent of_plan = visit(1, "fruit", 1'000, 5'000, "plan");
    of_plan.event.layout = "v1";
    FactStore facts(*opened);
    ASSERT_TRUE(facts.append(std::vector{of_plan}));
    ShopStore shop(*opened);
    ASSERT_TRUE(shop.trouble_began({"door", PictureTrouble::kCovered, at(2'000), std::nullopt, {}}));
    ASSERT_TRUE(shop.trouble_began({"hall", PictureTrouble::kBlack, at(2'000), std::nullopt, {}}));
    const auto visits = facts.visits(begun_between(0, 60'000));
    ASSERT_TRUE(visits && visits->rows.size() == 1);
    EXPECT_EQ(visits->rows[0].notes, "covered");
}

TEST_F(DatabaseTest, RefusesADamagedOne) {
    make();
    {
        const auto opened = Database::open(file(), kQuick);
        ASSERT_TRUE(opened);
        AccountStore accounts(*opened);
        for (int i = 0; i < 200; ++i)
            ASSERT_TRUE(accounts.set_setting(std::to_string(i), std::string(500, 'x')));
    }
    const auto middle = static_cast<std::streamoff>(fs::file_size(file()) / 2);
    std::fstream(file(), std::ios::in | std::ios::out | std::ios::binary).seekp(middle)
        << std::string(20'000, '\x55');
    EXPECT_THAT(refusal(), AllOf(StartsWith(file().string()), HasSubstr("is damaged"), HasSubstr("backup")));
}

TEST_F(DatabaseTest, RefusesOneThatWasCutShort) {
    make();
    fs::resize_file(file(), fs::file_size(file()) / 2);
    EXPECT_THAT(refusal(), HasSubstr("is damaged"));
}

TEST_F(DatabaseTest, RefusesAFileThatCannotBeWritten) {
    make();
    fs::permissions(folder_.path(), fs::perms::all);
    fs::permissions(file(), fs::perms::owner_read | fs::perms::others_read);
    EXPECT_THAT(refusal_for_nobody(), AllOf(StartsWith(file().string()),
                                            HasSubstr("the file can't be written: Permission denied")));
}

TEST_F(DatabaseTest, RefusesAFolderThatCannotBeWritten) {
    make();
    fs::permissions(file(), fs::perms::all);
    fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                        fs::perms::others_exec);
    EXPECT_THAT(refusal_for_nobody(), HasSubstr("the folder can't be written: Permission denied"));
    fs::permissions(folder_.path(), fs::perms::all);
}

TEST_F(DatabaseTest, RefusesALockedOne) {
    make();
    Stranger other(file());
    other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE settings SET value = 'x'");
    EXPECT_THAT(refusal(),
                AllOf(StartsWith(file().string()), HasSubstr("kept it locked for more than 0.05 s")));
}

TEST_F(DatabaseTest, WaitsForAnotherProgramThatWrites) {
    make();
    const auto opened = Database::open(file(), {.reserve_bytes = 0});
    ASSERT_TRUE(opened);
    Stranger other(file());
    other.execute("BEGIN IMMEDIATE; UPDATE settings SET value = 'Market hall'");
    std::thread writer([&] { EXPECT_TRUE(AccountStore(*opened).set_setting("language", "ru")); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    other.execute("COMMIT");
    writer.join();
    EXPECT_EQ(AccountStore(*opened).setting("name").value(), "Market hall");
}

TEST_F(DatabaseTest, AWriterThatWaitsTooLongFailsAndTheNextDoesNot) {
    make();
    const auto opened = Database::open(file(), kQuick);
    ASSERT_TRUE(opened);
    AccountStore accounts(*opened);
    {
        Stranger other(file());
        other.execute("BEGIN IMMEDIATE");
        const auto result = accounts.set_setting("name", "Kiosk");
        ASSERT_FALSE(result);
        EXPECT_THAT(result.error().message, HasSubstr("locked"));
        EXPECT_EQ(accounts.setting("name").value(), "Corner shop");
    }
    EXPECT_TRUE(accounts.set_setting("name", "Kiosk"));
    EXPECT_EQ(accounts.setting("name").value(), "Kiosk");
}

TEST_F(DatabaseTest, ManyThreadsReadAndWrite) {
    const auto opened = Database::open(file(), {.reserve_bytes = 0});
    ASSERT_TRUE(opened);
    AccountStore accounts(*opened);
    ASSERT_TRUE(accounts.set_setting("name", "0"));
    constexpr int kWrites = 50;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 2; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < kWrites; ++i)
                EXPECT_TRUE(accounts.audit(at(i), std::to_string(thread), "write"));
        });
    for (int thread = 0; thread < 6; ++thread)
        threads.emplace_back([&] {
            for (int i = 0; i < kWrites; ++i)
                EXPECT_EQ(accounts.setting("name").value(), "0");
        });
    for (std::thread& thread : threads)
        thread.join();
}

TEST_F(DatabaseTest, NotingThatSomebodyWasThereWaitsForNobody) {
    constexpr std::chrono::seconds kPatience{5};
    const auto database = Database::open(file(), {.reserve_bytes = 0, .lock_wait = kPatience});
    ASSERT_TRUE(database) << database.error().message;
    AccountStore accounts(*database);
    Stranger stranger(file());
    stranger.execute("BEGIN IMMEDIATE");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(accounts.session_seen("somebody", UtcTime()));
    EXPECT_FALSE(accounts.token_used(1, UtcTime()));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kPatience / 5);
    // Others have their patience again, and hold nobody up who notes something.
    std::thread patient([&] { EXPECT_TRUE(accounts.set_setting("name", "Corner shop")); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_FALSE(accounts.session_seen("somebody", UtcTime()));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kPatience / 5);
    stranger.execute("COMMIT");
    patient.join();
    EXPECT_TRUE(accounts.session_seen("somebody", UtcTime()));
}

}  // namespace
}  // namespace vitrina::records
