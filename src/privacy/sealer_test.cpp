#include "privacy/sealer.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace vitrina::privacy {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class SealerTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "sealer-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        key_file_ = folder_ / "key";
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] std::unique_ptr<Sealer> opened() const {
        auto sealer = Sealer::open(key_file_);
        EXPECT_TRUE(sealer.has_value()) << sealer.error().message;
        return sealer ? std::move(*sealer) : nullptr;
    }
    [[nodiscard]] std::string error() const {
        const auto sealer = Sealer::open(key_file_);
        return sealer ? "" : sealer.error().message;
    }
    void write_key_file(const std::string& content) const {
        std::ofstream(key_file_) << content;
        fs::permissions(key_file_, fs::perms::owner_read | fs::perms::owner_write);
    }
    [[nodiscard]] std::string key_text() const {
        std::ostringstream text;
        text << std::ifstream(key_file_).rdbuf();
        return text.str();
    }

    fs::path folder_;
    fs::path key_file_;
};

TEST_F(SealerTest, GivesBackWhatWasSealed) {
    const auto sealer = opened();
    for (const std::string& secret :
         {std::string(), std::string("admin:pässwörd"), std::string(10'000, '\0')}) {
        const std::string sealed = sealer->seal(secret, "camera door");
        const auto unsealed = sealer->open_sealed(sealed, "camera door");
        ASSERT_TRUE(unsealed.has_value()) << unsealed.error().message;
        EXPECT_EQ(*unsealed, secret);
    }
}

TEST_F(SealerTest, GivesItBackAfterARestart) {
    const std::string sealed = opened()->seal("admin:12345", "door");
    EXPECT_EQ(opened()->open_sealed(sealed, "door").value(), "admin:12345");
}

TEST_F(SealerTest, PseudonymsAreTheSameForTheSameTextAndTellNothing) {
    const std::string first = opened()->pseudonym("2200 1234", "card");
    EXPECT_THAT(first, testing::MatchesRegex("[0-9a-f]{32}"));
    EXPECT_EQ(opened()->pseudonym("2200 1234", "card"), first);
    EXPECT_NE(opened()->pseudonym("2200 1235", "card"), first);
    EXPECT_NE(opened()->pseudonym("2200 1234", "phone"), first);
    EXPECT_NE(opened()->pseudonym("d2200 1234", "car"), first);
    fs::remove(key_file_);
    EXPECT_NE(opened()->pseudonym("2200 1234", "card"), first);
}

TEST_F(SealerTest, ShowsNothingOfTheSecretAndNeverTheSameText) {
    const auto sealer = opened();
    std::set<std::string> texts;
    for (int i = 0; i < 100; ++i) {
        const std::string sealed = sealer->seal("password", "door");
        EXPECT_THAT(sealed, testing::MatchesRegex("[A-Za-z0-9+/]+=*"));
        EXPECT_THAT(sealed, testing::Not(HasSubstr("password")));
        texts.insert(sealed);
    }
    EXPECT_EQ(texts.size(), 100U);
}

TEST_F(SealerTest, RefusesAnotherContext) {
    const auto sealer = opened();
    EXPECT_FALSE(sealer->open_sealed(sealer->seal("secret", "door"), "till").has_value());
}

TEST_F(SealerTest, RefusesAnotherKey) {
    const std::string sealed = opened()->seal("secret", "door");
    fs::remove(key_file_);
    EXPECT_FALSE(opened()->open_sealed(sealed, "door").has_value());
}

TEST_F(SealerTest, RefusesEveryChangedOrCutText) {
    const auto sealer = opened();
    const std::string sealed = sealer->seal("secret", "door");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(sealer->open_sealed(changed, "door").has_value()) << i;
        EXPECT_FALSE(sealer->open_sealed(sealed.substr(0, i), "door").has_value()) << i;
    }
    EXPECT_FALSE(sealer->open_sealed(sealed + "AAAA", "door").has_value());
    EXPECT_FALSE(sealer->open_sealed("not base64 at all!", "door").has_value());
}

TEST_F(SealerTest, MakesAKeyThatOnlyItsOwnerReads) {
    static_cast<void>(opened());
    struct stat status {};
    ASSERT_EQ(::stat(key_file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    const auto files = std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
    EXPECT_EQ(files, 1) << "a part of the making was left";
}

TEST_F(SealerTest, RefusesAKeyThatOthersCanRead) {
    static_cast<void>(opened());
    for (const auto others : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
        fs::permissions(key_file_, fs::perms::owner_read | others);
        EXPECT_THAT(error(), HasSubstr("chmod 600"));
    }
}

TEST_F(SealerTest, RefusesAFileThatIsNoKeyAndLeavesItAlone) {
    static_cast<void>(opened());
    const std::string key = key_text();
    for (const std::string& content : {std::string(), std::string("hello\n"), key.substr(0, key.size() - 2),
                                       key + "x", "x" + key, std::string(key.size(), 'A')}) {
        write_key_file(content);
        EXPECT_THAT(error(), HasSubstr("is not a key"));
        EXPECT_EQ(key_text(), content);
    }
}

TEST_F(SealerTest, SaysWhatStandsInTheWay) {
    fs::create_directory(key_file_);
    fs::permissions(key_file_, fs::perms::owner_all);
    EXPECT_THAT(error(), HasSubstr("is not a file with a key"));
    fs::remove(key_file_);
    ASSERT_EQ(::mkfifo(key_file_.c_str(), 0600), 0);
    EXPECT_THAT(error(), HasSubstr("is not a file with a key"));
    key_file_ = folder_ / "missing" / "key";
    EXPECT_THAT(error(), HasSubstr("can't be made: No such file or directory"));
}

TEST_F(SealerTest, ManyThatMakeTheKeyAtOnceGetTheSame) {
    std::vector<std::unique_ptr<Sealer>> sealers(8);
    std::vector<std::thread> threads;
    threads.reserve(sealers.size());
    for (auto& sealer : sealers)
        threads.emplace_back([&] { sealer = opened(); });
    for (auto& thread : threads)
        thread.join();
    const std::string sealed = sealers.front()->seal("secret", "door");
    for (const auto& sealer : sealers)
        EXPECT_EQ(sealer->open_sealed(sealed, "door").value(), "secret");
}

}  // namespace
}  // namespace vitrina::privacy
