#include "teach/school.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "teach/test_pictures.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::seconds kPatience{300};

class SchoolTest : public testing::Test {
  protected:
    SchoolTest() { open(); }

    /// A program that starts, after another that ended.
    void open() {
        school_.reset();
        School::Options options;
        options.folder = folder_.path() / "teach";
        options.networks = {network_};
        options.now = [this] { return now_ += std::chrono::seconds(1); };
        options.log = [this](const std::string& line) { log_ += line + "\n"; };
        if (learn_) options.learn = learn_;
        school_ = std::make_unique<School>(std::move(options));
    }
    /// The same after one that was killed: what it wrote of its lesson is as it was.
    void open_after_kill() {
        const fs::path file = GoodsStore(folder_.path() / "teach").job_file();
        fs::copy_file(file, folder_.path() / "left");
        school_.reset();
        fs::rename(folder_.path() / "left", file);
        open();
    }
    std::string add(std::int64_t collection, const std::string& bytes,
                    std::optional<std::int64_t> label = {}) {
        const auto added = school_->add_picture(collection, "a.jpg", bytes, label);
        EXPECT_TRUE(added) << added.error().message;
        EXPECT_TRUE(*added);
        return (*added)->picture.id;
    }
    /// Two classes with three pictures each.
    std::int64_t fruit() {
        const std::int64_t id = school_->add_collection("fruit")->id;
        for (const int kind : {1, 2}) {
            const auto made = school_->add_class(id, kind == 1 ? "apple" : "pear");
            for (std::uint32_t seed = 0; seed < 3; ++seed)
                add(id, goods_jpeg(kind, seed), (*made)->id);
        }
        return id;
    }
    JobStatus wait() {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < end) {
            const auto job = school_->job();
            if (job && job->state != JobState::kRunning) return *job;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        ADD_FAILURE() << "the lesson does not end";
        return {};
    }
    void learn(std::int64_t collection) {
        const auto begun = school_->learn(collection, "owner", std::chrono::minutes(5));
        ASSERT_TRUE(begun) << begun.error().message;
        const JobStatus job = wait();
        ASSERT_EQ(job.state, JobState::kDone) << job.problem;
    }
    /// A lesson that goes on until it is told to end.
    void learn_without_end() {
        learn_ = [this](const GoodsLesson&, const OnLessonProgress& progress) -> Result<GoodsVersion> {
            runs_ = true;
            while (progress("made_up.json", 1, 10))
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return failed("cancelled");
        };
    }

    TestFolder folder_;
    fs::path network_ = write_test_network(folder_.path());
    UtcTime now_;
    std::string log_;
    std::atomic<bool> runs_ = false;
    std::function<Result<GoodsVersion>(const GoodsLesson&, const OnLessonProgress&)> learn_;
    std::unique_ptr<School> school_;
};

TEST_F(SchoolTest, WhatIsTaughtIsThereAfterARestart) {
    const std::int64_t id = fruit();
    const std::string loose = add(id, goods_jpeg(3, 1));
    open();
    const auto page = school_->page(id);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->collection.name, "fruit");
    EXPECT_EQ(page->collection.counts(), (std::vector<std::size_t>{3, 3}));
    ASSERT_NE(page->collection.find_picture(loose), nullptr);
    EXPECT_FALSE(page->collection.find_picture(loose)->label);
    EXPECT_TRUE(school_->preview_jpeg(id, loose));
    EXPECT_EQ(school_->overview()[0].unlabelled, 1U);
    EXPECT_EQ(log_, "");
}

TEST_F(SchoolTest, TheSamePictureIsOneAndTwinsAreNamed) {
    const std::int64_t id = school_->add_collection("fruit")->id;
    const std::string first = add(id, goods_jpeg(1, 1, 95));
    const auto again = school_->add_picture(id, "copy.jpg", goods_jpeg(1, 1, 95), {});
    ASSERT_TRUE(again && *again);
    EXPECT_TRUE((*again)->was_there);
    const auto twin = school_->add_picture(id, "small.jpg", goods_jpeg(1, 1, 75), {});
    ASSERT_TRUE(twin && *twin);
    EXPECT_FALSE((*twin)->was_there);
    EXPECT_EQ((*twin)->picture.twin_of, first);
    EXPECT_EQ(school_->page(id)->collection.pictures.size(), 2U);
    ASSERT_TRUE(*school_->remove_picture(id, first));
    EXPECT_FALSE(school_->page(id)->collection.pictures[0].twin_of);
}

TEST_F(SchoolTest, APictureOfTwoCollectionsGoesWithTheLast) {
    const std::int64_t one = school_->add_collection("one")->id;
    const std::int64_t two = school_->add_collection("two")->id;
    const std::string picture = add(one, goods_jpeg(1, 1));
    EXPECT_EQ(add(two, goods_jpeg(1, 1)), picture);
    ASSERT_TRUE(*school_->remove_collection(one));
    EXPECT_FALSE(school_->preview_jpeg(one, picture));
    EXPECT_TRUE(school_->preview_jpeg(two, picture));
    ASSERT_TRUE(*school_->remove_picture(two, picture));
    EXPECT_THAT(fs::recursive_directory_iterator(folder_.path() / "teach/pictures/" / picture.substr(0, 2)),
                testing::Eq(fs::recursive_directory_iterator()));
}

TEST_F(SchoolTest, SaysWhatHeWhoAsksCanChange) {
    const std::int64_t id = school_->add_collection("fruit")->id;
    EXPECT_THAT(school_->add_collection("fruit").error().message, HasSubstr("already"));
    EXPECT_THAT(school_->add_collection("").error().message, HasSubstr("needs a name"));
    const auto apple = school_->add_class(id, "apple");
    EXPECT_THAT(school_->add_class(id, "apple").error().message, HasSubstr("already"));
    EXPECT_THAT(school_->learn(id, "owner", kPatience).error().message, HasSubstr("no picture has a label"));
    const std::string picture = add(id, goods_jpeg(1, 1), (*apple)->id);
    EXPECT_THAT(school_->learn(id, "owner", kPatience).error().message, HasSubstr("only one class"));
    EXPECT_FALSE(school_->label_picture(id, picture, 77));
    EXPECT_FALSE(*school_->label_picture(id, "nowhere", {}));
    EXPECT_FALSE(*school_->learn(99, "owner", kPatience));
    EXPECT_FALSE(*school_->serve(id, 1));
    EXPECT_FALSE(*school_->remove_version(id, 1));
    EXPECT_THAT(school_->roll_back(id).error().message, HasSubstr("no version was in service before"));
    EXPECT_THAT(school_->look_at(id, {}, goods_picture(1, 1)).error().message, HasSubstr("in service yet"));
    EXPECT_FALSE(*school_->look_at(id, 4, goods_picture(1, 1)));
}

TEST_F(SchoolTest, AClassThatGoesLeavesItsPicturesWithoutALabel) {
    const std::int64_t id = fruit();
    const std::int64_t apple = school_->page(id)->collection.classes[0].id;
    ASSERT_TRUE(*school_->remove_class(id, apple));
    const auto page = school_->page(id);
    EXPECT_EQ(page->collection.classes.size(), 1U);
    EXPECT_EQ(page->collection.pictures.size(), 6U);
    EXPECT_EQ(school_->overview()[0].unlabelled, 3U);
    // Its number is not given again: an old page can't label with another's.
    EXPECT_GT((*school_->add_class(id, "plum"))->id, apple + 1);
}

TEST_F(SchoolTest, LearnsServesSwitchesAndRollsBack) {
    const std::int64_t id = fruit();
    learn(id);
    EXPECT_EQ(school_->job()->version, 1);
    learn(id);
    auto page = school_->page(id);
    ASSERT_EQ(page->versions.size(), 2U);
    EXPECT_EQ(page->versions[0].fingerprint, page->versions[1].fingerprint);
    EXPECT_EQ(page->versions[1].author, "owner");
    EXPECT_FALSE(page->collection.in_service());
    ASSERT_TRUE(*school_->serve(id, 1));
    ASSERT_TRUE(*school_->serve(id, 2));
    auto tried = school_->look_at(id, {}, goods_picture(2, 50));
    ASSERT_TRUE(tried) << tried.error().message;
    EXPECT_EQ((*tried)->version, 2);
    EXPECT_EQ((*tried)->answer.guesses[0].name, "pear");
    EXPECT_FALSE(school_->remove_version(id, 2));
    ASSERT_TRUE(*school_->roll_back(id));
    open();
    EXPECT_EQ(school_->page(id)->collection.in_service(), 1);
    EXPECT_TRUE(school_->overview()[0].accuracy);
    tried = school_->look_at(id, {}, goods_picture(1, 51));
    ASSERT_TRUE(tried) << tried.error().message;
    EXPECT_EQ((*tried)->version, 1);
    EXPECT_TRUE(school_->version_file(id, 1, kOnnxFile));
    ASSERT_TRUE(*school_->remove_version(id, 2));
    EXPECT_EQ(school_->page(id)->versions.size(), 1U);
    learn(id);
    EXPECT_EQ(school_->job()->version, 3) << "numbers of versions are not given again";
}

TEST_F(SchoolTest, VersionsThatWereDroppedAreNoneToGoBackTo) {
    const std::int64_t id = fruit();
    for (std::size_t i = 1; i <= 3; ++i) {
        learn(id);
        ASSERT_TRUE(*school_->serve(id, static_cast<std::int64_t>(i)));
    }
    for (std::size_t i = 4; i <= kVersionsKept + 1; ++i)
        learn(id);
    const auto page = school_->page(id);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->versions.size(), kVersionsKept);
    EXPECT_EQ(page->collection.served, (std::vector<std::int64_t>{2, 3})) << "the first version is gone";
}

TEST_F(SchoolTest, ACancelledLessonLeavesNothing) {
    learn_without_end();
    open();
    const std::int64_t id = fruit();
    ASSERT_TRUE(*school_->learn(id, "owner", kPatience));
    EXPECT_THAT(school_->learn(id, "owner", kPatience).error().message, HasSubstr("one at a time"));
    EXPECT_FALSE(school_->remove_collection(id));
    EXPECT_TRUE(school_->cancel());
    EXPECT_EQ(wait().state, JobState::kCancelled);
    EXPECT_FALSE(school_->cancel());
    EXPECT_THAT(school_->page(id)->versions, IsEmpty());
    open();
    EXPECT_FALSE(school_->job()) << "a cancelled lesson does not begin again";
}

TEST_F(SchoolTest, ALessonThatTakesTooLongEndsAndSaysSo) {
    learn_without_end();
    open();
    const std::int64_t id = fruit();
    ASSERT_TRUE(*school_->learn(id, "owner", std::chrono::seconds(0)));
    const JobStatus job = wait();
    EXPECT_EQ(job.state, JobState::kFailed);
    EXPECT_THAT(job.problem, HasSubstr("took longer"));
}

TEST_F(SchoolTest, ALessonThatWasCutShortBeginsAgain) {
    learn_without_end();
    open();
    const std::int64_t id = fruit();
    ASSERT_TRUE(*school_->learn(id, "owner", kPatience));
    while (!runs_)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    learn_ = nullptr;
    open();  // ends the one and starts the other
    const JobStatus job = wait();
    EXPECT_EQ(job.state, JobState::kDone) << job.problem;
    EXPECT_EQ(job.order.attempt, 1) << "a program that ends in order is no attempt that failed";
    EXPECT_EQ(school_->page(id)->versions.size(), 1U);
}

TEST_F(SchoolTest, ALessonThatKeepsEndingTheProgramIsGivenUp) {
    learn_without_end();
    open();
    const std::int64_t id = fruit();
    ASSERT_TRUE(*school_->learn(id, "owner", kPatience));
    for (int start = 2; start <= kAttemptsMax; ++start) {
        open_after_kill();
        EXPECT_EQ(school_->job()->order.attempt, start);
    }
    open_after_kill();
    EXPECT_EQ(school_->job()->state, JobState::kFailed);
    EXPECT_THAT(school_->job()->problem, HasSubstr("the program ended"));
    open();
    EXPECT_FALSE(school_->job());
}

TEST_F(SchoolTest, AFullDiskLosesNothing) {
    const std::int64_t id = fruit();
    const std::string picture = school_->page(id)->collection.pictures[0].id;
    const std::string before = to_json(school_->page(id)->collection);
    {
        const FullDisk full(100);
        EXPECT_FALSE(school_->add_collection("bread"));
        EXPECT_FALSE(school_->add_class(id, "plum"));
        EXPECT_FALSE(school_->add_picture(id, "a.jpg", goods_jpeg(4, 1), {}));
        EXPECT_FALSE(school_->label_picture(id, picture, {}));
        EXPECT_FALSE(school_->remove_picture(id, picture));
        EXPECT_EQ(to_json(school_->page(id)->collection), before);
        if (school_->learn(id, "owner", kPatience)) {
            EXPECT_EQ(wait().state, JobState::kFailed);
        }
        EXPECT_THAT(school_->page(id)->versions, IsEmpty());
    }
    open();
    EXPECT_EQ(to_json(school_->page(id)->collection), before);
    EXPECT_TRUE(school_->preview_jpeg(id, picture));
    learn(id);
}

TEST_F(SchoolTest, ADamagedCollectionIsLeftAloneAndTheRestGoesOn) {
    const std::int64_t one = fruit();
    const std::int64_t two = school_->add_collection("bread")->id;
    const fs::path file = folder_.path() / "teach/collections" / std::to_string(one) / "collection.json";
    const std::string picture = school_->page(one)->collection.pictures[0].id;
    fs::copy_file(file, folder_.path() / "whole.json");
    std::ofstream(file, std::ios::trunc) << "{";
    open();
    EXPECT_FALSE(school_->page(one));
    EXPECT_TRUE(school_->page(two));
    EXPECT_THAT(log_, HasSubstr(file.string()));
    fs::rename(folder_.path() / "whole.json", file);
    open();
    EXPECT_TRUE(school_->preview_jpeg(one, picture)) << "its pictures stayed";
}

}  // namespace
}  // namespace vitrina::teach
