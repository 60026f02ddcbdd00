// One walk for each precision; see run_tiles().
#pragma once

#include "avx512/tiles.h"

namespace mosaic::avx512 {

void run_float_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
                     std::int64_t end, const std::byte* source, const std::byte* residual, std::byte* result);
void run_bfloat_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end,
                      std::int64_t begin, std::int64_t end, const std::byte* source,
                      const std::byte* residual, std::byte* result);
void run_byte_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
                    std::int64_t end, const std::byte* source, const std::byte* residual, std::byte* result);

}  // namespace mosaic::avx512
