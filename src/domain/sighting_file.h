// Sightings as a compact binary file, with its reader (docs/simulation.md): a head of 64 bytes, then 16 bytes
// for each sighting in the order of time, all little-endian. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina {

inline constexpr std::size_t kSightingHeadBytes = 64;
inline constexpr std::size_t kSightingBytes = 16;

struct SightingHead {
    UtcTime start;                 // of second 0
    std::uint32_t unit_us = 1000;  // of the times
    double unit_m = 0.01;          // of the places
    double width_m = 0;            // of the plan
    double depth_m = 0;
};

class SightingWriter {
  public:
    [[nodiscard]] static Result<SightingWriter> create(const std::filesystem::path& path,
                                                       const SightingHead& head);
    /// Failures are told by close().
    void write(const Sighting& sighting);
    [[nodiscard]] Result<void> close();
    [[nodiscard]] std::int64_t count() const { return count_; }

  private:
    SightingWriter(std::filesystem::path path, const SightingHead& head);

    std::filesystem::path path_;
    SightingHead head_;
    std::ofstream file_;
    std::vector<char> waiting_;
    std::int64_t count_ = 0;
    std::int64_t beyond_ = 0;  // that the file's units can't hold
};

class SightingReader {
  public:
    /// Fails on a file that is missing or is none of these.
    [[nodiscard]] static Result<SightingReader> open(const std::filesystem::path& path);

    [[nodiscard]] const SightingHead& head() const { return head_; }
    /// The next one; nothing at the end. Fails where the file is cut or a value can't be one.
    [[nodiscard]] Result<std::optional<Sighting>> next();

  private:
    SightingReader(std::filesystem::path path, std::ifstream file, const SightingHead& head,
                   std::int64_t promised);
    [[nodiscard]] Result<void> fill();

    std::filesystem::path path_;
    std::ifstream file_;
    SightingHead head_;
    std::int64_t promised_ = 0;  // how many the head says
    std::vector<char> bytes_;
    std::size_t at_ = 0;
    std::size_t filled_ = 0;
    std::int64_t count_ = 0;
    std::int64_t last_ = 0;  // time units
};

}  // namespace vitrina
