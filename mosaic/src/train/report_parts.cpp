#include "train/report_parts.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "train/picture_file.h"

namespace mosaic::train {

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '&':
                safe += "&amp;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string number(double value, int decimals) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}
std::string percent(double part) {
    return number(100.0 * part, 1) + " %";
}

namespace {

std::string base64(const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k)
            word = word << 8U | (i + k < bytes.size() ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? kDigits[word >> (18U - 6U * k) & 63U] : '=';
    }
    return text;
}

}  // namespace

Result<std::string> image(const Picture& picture, const std::string& title) {
    MOSAIC_TRY_ASSIGN(const auto bytes, encode_png(picture));
    return "<img alt='' title='" + escaped(title) + "' src='data:image/png;base64," + base64(bytes) + "'>";
}

std::string chart(const std::string& title, const std::vector<Line>& lines, bool unit) {
    constexpr double kWidth = 360.0;
    constexpr double kHeight = 220.0;
    constexpr double kEdge = 36.0;
    double right = unit ? 1.0 : 1e-9;
    double top = unit ? 1.0 : 1e-9;
    double left = unit ? 0.0 : 1e9;
    for (const Line& line : lines) {
        for (const CurvePoint& point : line.points) {
            right = std::max(right, point.x);
            left = std::min(left, point.x);
            top = std::max(top, point.y);
        }
    }
    if (right <= left) right = left + 1.0;
    const auto x_of = [&](double x) { return kEdge + (x - left) / (right - left) * (kWidth - kEdge - 8.0); };
    const auto y_of = [&](double y) { return kHeight - 24.0 - y / top * (kHeight - 44.0); };
    std::string svg = "<figure><figcaption>" + escaped(title) + "</figcaption><svg viewBox='0 0 " +
                      number(kWidth, 0) + " " + number(kHeight, 0) + "'>";
    for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const std::string y = number(y_of(part * top), 1);
        svg += "<line class='grid' x1='" + number(kEdge, 0) + "' x2='" + number(kWidth - 8.0, 0) + "' y1='" +
               y + "' y2='" + y + "'/><text x='" + number(kEdge - 4.0, 0) + "' y='" + y +
               "' text-anchor='end' dy='3'>" + number(part * top, 2) + "</text>";
    }
    svg += "<text x='" + number(kEdge, 0) + "' y='" + number(kHeight - 8.0, 0) + "'>" +
           number(left, unit ? 1 : 0) + "</text><text x='" + number(kWidth - 8.0, 0) + "' y='" +
           number(kHeight - 8.0, 0) + "' text-anchor='end'>" + number(right, unit ? 1 : 0) + "</text>";
    double label = 14.0;
    for (const Line& line : lines) {
        svg += "<polyline fill='none' stroke='" + line.color + "' stroke-width='1.5' points='";
        for (const CurvePoint& point : line.points)
            svg += number(x_of(point.x), 1) + "," + number(y_of(point.y), 1) + " ";
        svg += "'/>";
        if (!line.name.empty()) {
            svg += "<text x='" + number(kWidth - 12.0, 0) + "' y='" + number(label, 0) +
                   "' text-anchor='end' fill='" + line.color + "'>" + escaped(line.name) + "</text>";
            label += 12.0;
        }
    }
    return svg + "</svg></figure>";
}

std::string page_start(const std::string& title, const std::string& model, const std::string& data,
                       const std::string& style) {
    constexpr const char* kHead = R"(<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1100px;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse}
th,td{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}
.matrix{display:block;overflow-x:auto}.matrix th,.matrix td{padding:.1rem .3rem;font-size:.75rem;white-space:nowrap}
.row{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:360px}figcaption{font-size:.8rem}
svg text{font-size:9px;fill:#555}.grid{stroke:#e5e5e5}.picture{width:124px}.picture img{max-width:112px;max-height:112px}
</style>)";
    return kHead + style + "<title>" + escaped(title) + "</title></head><body><h1>" + escaped(title) +
           "</h1><p>" + escaped(model) + ". Data: " + data + ".</p>";
}

}  // namespace mosaic::train
