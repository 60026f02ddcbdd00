// The database as another program has it open, for tests. One thread.
#pragma once

#include <filesystem>
#include <string>

struct sqlite3;

namespace vitrina::records {

class Stranger {
  public:
    explicit Stranger(const std::filesystem::path& path);
    ~Stranger();
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    void execute(const std::string& sql);

  private:
    sqlite3* handle_ = nullptr;
};

}  // namespace vitrina::records
