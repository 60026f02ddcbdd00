#include "app/receipt_folder.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

constexpr const char* kHead = "receipt;till;time;sku;amount\n";

class ReceiptFolderTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "receipts-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        ReceiptFolder::Options options;
        options.folder = folder_ / "in";
        options.instant_of = [](std::string_view) { return UtcTime(std::chrono::hours(400'000)); };
        options.take = [this](std::vector<Receipt> receipts) { return take(std::move(receipts)); };
        options.log = [this](const std::string& line) { log_ += line + "\n"; };
        auto made = ReceiptFolder::create(std::move(options));
        ASSERT_TRUE(made) << made.error().message;
        watched_ = std::move(*made);
    }
    void TearDown() override {
        watched_.reset();
        fs::remove_all(folder_);
    }

    Result<std::vector<api::TakenReceipt>> take(std::vector<Receipt> receipts) {
        if (!disk_works_) return failed("the disk is full");
        std::vector<api::TakenReceipt> taken;
        for (const Receipt& receipt : receipts) {
            api::TakenReceipt& result = taken.emplace_back();
            if (receipt.till == "9")
                result.problem = ReceiptProblem{ReceiptProblem::Code::kUnknownTill, "no such till"};
            else
                result.added = kept_.insert(receipt.id).second;
        }
        return taken;
    }
    void drop(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / "in" / name, std::ios::binary) << text;
    }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(folder_ / "in" / name).rdbuf();
        return text.str();
    }
    [[nodiscard]] std::vector<std::string> names(const std::string& folder) const {
        std::vector<std::string> result;
        for (const auto& entry : fs::directory_iterator(folder_ / "in" / folder))
            if (entry.is_regular_file()) result.push_back(entry.path().filename());
        return result;
    }

    fs::path folder_;
    std::unique_ptr<ReceiptFolder> watched_;
    std::set<std::string> kept_;
    std::string log_;
    bool disk_works_ = true;
};

TEST_F(ReceiptFolderTest, AFileIsTakenOnceItHasStoppedGrowing) {
    drop("day.csv", kHead + std::string("A;1;x;4601;1\n"));
    EXPECT_EQ(watched_->look(), 0);
    drop("day.csv", kHead + std::string("A;1;x;4601;1\nB;1;x;4601;1\n"));
    EXPECT_EQ(watched_->look(), 0);
    EXPECT_EQ(watched_->look(), 1);
    EXPECT_THAT(kept_, ElementsAre("A", "B"));
    EXPECT_THAT(names("done"), ElementsAre("day.csv"));
    EXPECT_THAT(names(""), IsEmpty());
    EXPECT_EQ(log_, "receipts of day.csv: 2 new, 0 known\n");
}

TEST_F(ReceiptFolderTest, TheSameNameAndTheSameReceiptsAgain) {
    for (int i = 0; i < 2; ++i) {
        drop("day.CSV", kHead + std::string("A;1;x;4601;1\n"));
        watched_->look();
        EXPECT_EQ(watched_->look(), 1);
    }
    EXPECT_THAT(names("done"), UnorderedElementsAre("day.CSV", "day-2.CSV"));
    EXPECT_THAT(log_, HasSubstr("0 new, 1 known"));
}

TEST_F(ReceiptFolderTest, WhatIsWrongIsToldBesideTheFileAndTheRestIsKept) {
    drop("bad.csv", "till;time\n1;x\n");
    drop("some.csv", kHead + std::string("A;1;x;4601;1\nB;9;x;4601;1\nC;1;x;4601;one\n"));
    watched_->look();
    EXPECT_EQ(watched_->look(), 2);
    EXPECT_THAT(kept_, ElementsAre("A"));
    EXPECT_THAT(names("failed"),
                UnorderedElementsAre("bad.csv", "bad.csv.reason.txt", "some.csv", "some.csv.reason.txt"));
    EXPECT_THAT(content("failed/bad.csv.reason.txt"),
                HasSubstr("bad.csv: line 1: there is no column \"receipt\""));
    const std::string reason = content("failed/some.csv.reason.txt");
    EXPECT_THAT(reason, HasSubstr("some.csv: line 3: unknown_till: no such till"));
    EXPECT_THAT(reason, HasSubstr("some.csv: line 4: amount \"one\": is no number"));
    EXPECT_THAT(reason, HasSubstr("1 receipts of the file were new and are kept"));
}

TEST_F(ReceiptFolderTest, AFullDiskLosesNothing) {
    drop("day.csv", kHead + std::string("A;1;x;4601;1\n"));
    disk_works_ = false;
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(watched_->look(), 0);
    EXPECT_EQ(log_, "day.csv: the disk is full; it is tried again\n");
    EXPECT_THAT(names(""), ElementsAre("day.csv"));
    disk_works_ = true;
    EXPECT_EQ(watched_->look(), 1);
    EXPECT_THAT(kept_, ElementsAre("A"));
}

TEST_F(ReceiptFolderTest, AFileThatIsTooLargeIsNotRead) {
    drop("year.csv", kHead);
    fs::resize_file(folder_ / "in/year.csv", kReceiptTableBytesMax + 1);  // sparse
    watched_->look();
    EXPECT_EQ(watched_->look(), 1);
    EXPECT_THAT(content("failed/year.csv.reason.txt"),
                HasSubstr("year.csv: has 64 MiB, more than 64; split it"));
}

TEST_F(ReceiptFolderTest, OtherFilesAreLeftAlone) {
    drop(".hidden.csv", kHead);
    drop("~open.csv", kHead);
    drop("day.csv.part", kHead);
    fs::create_symlink("/etc/passwd", folder_ / "in" / "link.csv");
    fs::create_directory(folder_ / "in" / "folder.csv");
    watched_->look();
    EXPECT_EQ(watched_->look(), 0);
    EXPECT_EQ(log_, "");
}

TEST_F(ReceiptFolderTest, ItsThreadTakesFilesByItself) {
    watched_->start();
    drop("day.csv", kHead + std::string("A;1;x;4601;1\n"));
    for (int i = 0; i < 500 && !fs::exists(folder_ / "in/done/day.csv"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_TRUE(fs::exists(folder_ / "in/done/day.csv"));
}

TEST(ReceiptFolder, AFolderThatCantBeMadeIsAMistakeOfTheConfiguration) {
    ReceiptFolder::Options options;
    options.folder = "/proc/nowhere";
    const auto made = ReceiptFolder::create(std::move(options));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::kConfiguration);
    EXPECT_THAT(made.error().message, HasSubstr("receipts.folder: /proc/nowhere"));
}

}  // namespace
}  // namespace vitrina::app
