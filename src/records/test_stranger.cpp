#include "records/test_stranger.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace vitrina::records {

Stranger::Stranger(const std::filesystem::path& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
}

Stranger::~Stranger() {
    sqlite3_close(handle_);
}

void Stranger::execute(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_);
}

}  // namespace vitrina::records
