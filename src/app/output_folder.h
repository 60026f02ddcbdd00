// The folder into which `analyze` writes. Some disk space is set aside at the start, so that when the disk
// fills during the run the facts that are known, the summary and the heat map still find room. One thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "app/line_file.h"
#include "base/result.h"
#include "domain/event.h"
#include "pipeline/smooth_tracks.h"

namespace vitrina::app {

/// events.jsonl: one event a line.
class EventFile final : public EventSink {
  public:
    explicit EventFile(LineFile file) : file_(std::move(file)) {}
    [[nodiscard]] Result<void> accept(const Event& event) override;
    [[nodiscard]] Result<void> close() { return file_.close(); }

  private:
    LineFile file_;
};

/// Tracks in the format of the MOT challenge: frame from 1, track, x, y, width, height, score, -1, -1, -1.
class TrackFile final : public pipeline::TrackSink {
  public:
    explicit TrackFile(LineFile file) : file_(std::move(file)) {}
    [[nodiscard]] Result<void> accept(const TrackBox& box) override;
    [[nodiscard]] Result<void> close() { return file_.close(); }

  private:
    LineFile file_;
};

/// Disk space that is given back when it is needed.
class DiskReserve {
  public:
    /// Room for a summary, a heat map and what waits in memory.
    static constexpr std::int64_t kBytes = 4 << 20;

    /// Takes the space in `folder`. Fails when there is not so much.
    [[nodiscard]] static Result<DiskReserve> take(const std::filesystem::path& folder);
    ~DiskReserve() { release(); }
    DiskReserve(DiskReserve&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    DiskReserve& operator=(DiskReserve&&) = delete;
    DiskReserve(const DiskReserve&) = delete;
    DiskReserve& operator=(const DiskReserve&) = delete;

    void release();

  private:
    explicit DiskReserve(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;  // empty once released
};

/// Makes the folder, with those above it, unless it is there. Fails when that is impossible.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& folder);

/// A whole text file at once.
[[nodiscard]] Result<void> write_text(const std::filesystem::path& path, std::string_view text);

}  // namespace vitrina::app
