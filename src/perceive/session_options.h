// How this module's networks are compiled. Of this module alone: mosaic stays behind its headers.
#pragma once

#include <filesystem>

#include <mosaic/session.h>

#include "base/result.h"
#include "perceive/precision.h"

namespace vitrina::perceive {

/// What a network's own options say. Fails when bytes are asked for without a calibration, and when it can't
/// be read.
[[nodiscard]] Result<mosaic::Options> session_options(int threads, Precision precision,
                                                      const std::filesystem::path& calibration);

}  // namespace vitrina::perceive
