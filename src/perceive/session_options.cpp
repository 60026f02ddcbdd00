#include "perceive/session_options.h"

#include <memory>
#include <utility>

#include <mosaic/calibration.h>

namespace vitrina::perceive {

Result<mosaic::Options> session_options(int threads, Precision precision,
                                        const std::filesystem::path& calibration) {
    mosaic::Options options;
    options.threads = threads;
    if (precision == Precision::kBFloat16) options.precision = mosaic::Precision::kBFloat16;
    if (precision != Precision::kInt8) return options;
    if (calibration.empty())
        return failed("to compute in bytes a network needs a calibration: `mosaic quantize` makes it");
    auto ranges = mosaic::Calibration::load(calibration);
    if (!ranges) return failed(ranges.error().message);  // which names the file
    options.precision = mosaic::Precision::kInt8;
    options.calibration = std::make_shared<const mosaic::Calibration>(std::move(*ranges));
    return options;
}

}  // namespace vitrina::perceive
