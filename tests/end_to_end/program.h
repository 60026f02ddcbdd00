// Runs programs as a user would, for the end-to-end tests.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vitrina::end_to_end {

struct Outcome {
    int exit_code = -1;  // 128 + the signal's number when a signal ended it
    std::string out;
    std::string err;
};

/// Runs a shell command and waits for it. What it prints is not a terminal.
[[nodiscard]] Outcome run(const std::string& command);

/// Runs `vitrina` with these words, unchanged by the shell.
[[nodiscard]] Outcome vitrina(const std::vector<std::string>& words);

/// A word that the shell leaves alone.
[[nodiscard]] std::string quoted(const std::string& word);

/// A folder that is gone with this object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

/// The content of a file; empty when it can't be read.
[[nodiscard]] std::string read(const std::filesystem::path& path);

/// A clip of the shared test data (VITRINA_SHARED, default ../shared beside the checkout), or nothing when it
/// is absent: then the test is to be skipped, saying so.
[[nodiscard]] std::optional<std::string> shared_clip(const std::string& name);

/// ffmpeg on the source with these options; fails the test when it fails.
void transform(const std::string& source, const std::string& options, const std::string& target);

}  // namespace vitrina::end_to_end
