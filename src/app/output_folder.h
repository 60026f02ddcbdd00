// The folder into which `analyze` writes. Some disk space is set aside at the start, so that when the disk
// fills during the run the facts that are known, the summary and the heat map still find room. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "app/line_file.h"
#include "base/result.h"
#include "domain/event.h"
#include "domain/pose.h"
#include "pipeline/smooth_tracks.h"

namespace vitrina::app {

/// A line file whose trouble is asked for afterwards: whoever hands lines on is not stopped half way by a
/// full disk, and no line is lost, because the file keeps what it can't write yet.
class ResultFile {
  public:
    explicit ResultFile(LineFile file) : file_(std::move(file)) {}

    void write(std::string_view line) { keep_first(file_.write(line)); }
    void flush() { keep_first(file_.flush()); }
    /// The first failure since the file was created.
    [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }
    /// Writes what waits. Says what it could not write, whatever happened before.
    [[nodiscard]] Result<void> close() { return file_.close(); }

  private:
    void keep_first(const Result<void>& result) {
        if (!result && !trouble_) trouble_ = result.error();
    }

    LineFile file_;
    std::optional<Error> trouble_;
};

/// events.jsonl: one event a line, on the disk as soon as it is known. Never fails: ask trouble().
class EventFile final : public EventSink, public ResultFile {
  public:
    using ResultFile::ResultFile;
    [[nodiscard]] Result<void> accept(const Event& event) override;
};

/// Tracks in the format of the MOT challenge: frame from 1, track, x, y, width, height, score, -1, -1, -1.
/// Never fails: ask trouble().
class TrackFile final : public pipeline::TrackSink, public ResultFile {
  public:
    using ResultFile::ResultFile;
    [[nodiscard]] Result<void> accept(const TrackBox& box) override;
};

/// poses.jsonl: one look at a body a line (docs/poses.md). Never fails: ask trouble().
class PoseFile final : public PoseSink, public ResultFile {
  public:
    using ResultFile::ResultFile;
    [[nodiscard]] Result<void> accept(const PoseSighting& sighting) override;
};

/// Disk space that is given back when it is needed.
class DiskReserve {
  public:
    /// Takes that much space in `folder`. Fails when there is not so much.
    [[nodiscard]] static Result<DiskReserve> take(const std::filesystem::path& folder, std::int64_t bytes);
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

/// A whole text file at once: as it was before, or as it should be, never half.
[[nodiscard]] Result<void> write_text(const std::filesystem::path& path, std::string_view text);

}  // namespace vitrina::app
