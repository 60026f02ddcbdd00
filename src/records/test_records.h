// What the tests of the records share: a folder that goes, and facts as a camera gives them.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "domain/event_json.h"
#include "records/database.h"
#include "records/fact_store.h"

namespace vitrina::records {

constexpr std::int64_t kHourMs = 3'600'000;

/// Milliseconds after 2026-11-23T00:00:00Z.
inline UtcTime at(std::int64_t milliseconds) {
    using namespace std::chrono_literals;
    const std::chrono::sys_days day = std::chrono::year(2026) / 11 / 23;
    return UtcTime(day) + std::chrono::milliseconds(milliseconds);
}

inline SourceTime on_source(std::int64_t milliseconds) {
    return SourceTime(std::chrono::milliseconds(milliseconds));
}

inline LiveEvent live(const std::string& camera, const Fact& fact, std::int64_t begin_ms,
                      std::int64_t end_ms) {
    Event event{.id = event_id("shop", camera, fact),
                .revision = 1,
                .shop = "shop",
                .camera = camera,
                .layout = "2026-11-01.1",
                .confidence = 0.75,
                .fact = fact};
    return {std::move(event), at(begin_ms), at(end_ms)};
}

inline LiveEvent visit(PersonId person, const std::string& zone, std::int64_t begin_ms, std::int64_t dwell_ms,
                       const std::string& camera = "door") {
    const std::int64_t end_ms = begin_ms + dwell_ms;
    return live(camera, Visit{person, zone, on_source(begin_ms), on_source(end_ms)}, begin_ms, end_ms);
}

inline LiveEvent crossing(PersonId person, const std::string& line, Direction direction, std::int64_t at_ms,
                          const std::string& camera = "door") {
    return live(camera, Crossing{person, line, direction, on_source(at_ms)}, at_ms, at_ms);
}

inline LiveEvent occupancy(const std::string& zone, int people, std::int64_t at_ms) {
    return live("door", Occupancy{zone, people, on_source(at_ms)}, at_ms, at_ms);
}

inline VisitFilter begun_between(std::int64_t from_ms, std::int64_t to_ms) {
    VisitFilter filter;
    filter.from = at(from_ms);
    filter.to = at(to_ms);
    return filter;
}

class TempFolder {
  public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "records-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A test with a database of its own.
class RecordsTest : public testing::Test {
  protected:
    void SetUp() override { reopen(); }

    /// As after a restart. Stores of before keep the file open until they go.
    void reopen() {
        database_.reset();
        auto opened = Database::open(file(), {.reserve_bytes = 0});
        ASSERT_TRUE(opened) << opened.error().message;
        database_ = *opened;
    }

    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "vitrina.db"; }

    TempFolder folder_;
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
