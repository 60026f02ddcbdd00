// What reports are put together from: one HTML file without script, pictures inside.
#pragma once

#include <string>
#include <vector>

#include "mosaic/evaluation.h"

namespace mosaic::train {

[[nodiscard]] std::string escaped(const std::string& text);
[[nodiscard]] std::string number(double value, int decimals);
// "98.5 %"
[[nodiscard]] std::string percent(double part);
// An image element of the picture as it is.
[[nodiscard]] Result<std::string> image(const Picture& picture, const std::string& title);

struct Line {
    std::string name, color;
    std::vector<CurvePoint> points;
};

// Lines over x and y ranges that hold all of them; y begins at 0. `unit`: both axes from 0 to 1.
[[nodiscard]] std::string chart(const std::string& title, const std::vector<Line>& lines, bool unit);

// The head, with `style` after the styles that all reports have, and the first lines: what was measured on
// what.
[[nodiscard]] std::string page_start(const std::string& title, const std::string& model,
                                     const std::string& data, const std::string& style);

}  // namespace mosaic::train
