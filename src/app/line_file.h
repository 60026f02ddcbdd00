// A text file that grows by whole lines and survives a full disk: lines that don't fit wait in memory until
// there is room, and a line that is cut in the end is taken back. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina::app {

class LineFile {
  public:
    /// Creates or empties the file. Errors call it `name`: what it will be called once it is whole, where
    /// that is not its path yet.
    [[nodiscard]] static Result<LineFile> create(const std::filesystem::path& path,
                                                 const std::filesystem::path& name);
    [[nodiscard]] static Result<LineFile> create(const std::filesystem::path& path) {
        return create(path, path);
    }
    /// Closes without a word; call close() to learn whether everything is on the disk.
    ~LineFile();
    LineFile(LineFile&& other) noexcept;
    LineFile& operator=(LineFile&&) = delete;
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    /// Adds a line; its end is added here. On failure the line is kept and written as soon as there is room.
    [[nodiscard]] Result<void> write(std::string_view line);

    /// Writes what waits. On failure the rest is kept.
    [[nodiscard]] Result<void> flush();

    /// Writes what waits and closes. On failure the file ends with its last whole line.
    [[nodiscard]] Result<void> close();

  private:
    LineFile(std::filesystem::path name, int descriptor);

    [[nodiscard]] tl::unexpected<Error> trouble(int error) const;

    std::filesystem::path name_;
    int descriptor_;
    std::string waiting_;             // not yet in the file
    std::int64_t written_ = 0;        // bytes in the file
    std::int64_t last_line_end_ = 0;  // of them, those that end with a whole line
};

}  // namespace vitrina::app
