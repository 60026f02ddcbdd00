#include "domain/mot_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <span>
#include <system_error>
#include <unordered_map>

#include <fmt/format.h>

#include "domain/text.h"

namespace vitrina {
namespace {

constexpr std::size_t kColumnsMin = 6;
constexpr std::size_t kColumnsMax = 10;  // further ones (3D places, others' additions) are not looked at
constexpr std::size_t kShownMax = 40;

bool is_separator(char c) {
    return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == ';';
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// What was found, fit for a message whatever it is.
std::string shown(std::string_view text) {
    return json_quoted(text.size() > kShownMax ? std::string(text.substr(0, kShownMax)) + "..."
                                               : std::string(text));
}

/// The next line of `text`, which is taken off it.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// The next number of `line`, which is taken off it: one comma, and blanks, separate numbers.
Result<double> take_number(std::string_view& line, std::size_t column) {
    double value = 0;
    const char* const end = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data(), end, value);
    if (error != std::errc() || (stop != end && !is_separator(*stop))) {
        const std::string_view word = line.substr(0, std::min(line.find_first_of(", \t\r;"), line.size()));
        return failed(fmt::format("column {}: {} is no number", column + 1, shown(word)));
    }
    if (!std::isfinite(value)) return failed(fmt::format("column {}: {} is not finite", column + 1, value));
    line.remove_prefix(static_cast<std::size_t>(stop - line.data()));
    line = trimmed(line);
    if (!line.empty() && (line.front() == ',' || line.front() == ';')) {
        line.remove_prefix(1);
        line = trimmed(line);
        if (line.empty() && column + 1 < kColumnsMin)
            return failed(fmt::format("column {} is empty", column + 2));
    }
    return value;
}

bool is_whole(double value, double low, double high) {
    return value >= low && value <= high && value == std::floor(value);
}

Result<MotRow> row_of(std::span<const double> values, MotKind kind) {
    MotRow row;
    if (!is_whole(values[0], 1, static_cast<double>(kMotFrameMax)))
        return failed(fmt::format("frame {} is not a whole number from 1 to {}", values[0], kMotFrameMax));
    row.frame = static_cast<std::int64_t>(values[0]) - 1;
    constexpr double kIdMax = 9e15;  // whole numbers up to here are exact
    if (kind == MotKind::kTracks) {
        if (!is_whole(values[1], 0, kIdMax))
            return failed(fmt::format("id {} is not a whole number from 0", values[1]));
        row.id = static_cast<std::int64_t>(values[1]);
    }
    row.box = {values[2], values[3], values[4], values[5]};
    for (const double side : {row.box.x, row.box.y, row.box.width, row.box.height})
        if (std::abs(side) > kMotCoordinateMax)
            return failed(fmt::format("a box at {} is outside any picture", side));
    if (row.box.width <= 0 || row.box.height <= 0)
        return failed(fmt::format("a box of {} x {} is empty", row.box.width, row.box.height));
    if (values.size() > 6) row.score = values[6];
    if (kind == MotKind::kDetections && !(row.score >= 0 && row.score <= 1))
        return failed(fmt::format("a score of {} is not from 0 to 1", row.score));
    if (values.size() > 7 && is_whole(values[7], 0, 1e6)) row.label = static_cast<int>(values[7]);
    return row;
}

/// Each id once a frame: says where it stood before.
Result<void> check_ids(std::span<const MotRow> frame_rows) {
    constexpr std::size_t kFew = 16;
    if (frame_rows.size() <= kFew) {
        for (std::size_t i = 1; i < frame_rows.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (frame_rows[i].id == frame_rows[j].id)
                    return failed(fmt::format("line {}: id {} is in frame {} already, in line {}",
                                              frame_rows[i].line, frame_rows[i].id, frame_rows[i].frame + 1,
                                              frame_rows[j].line));
        return {};
    }
    std::unordered_map<std::int64_t, int> line_of;
    line_of.reserve(frame_rows.size());
    for (const MotRow& row : frame_rows) {
        const auto [other, is_new] = line_of.emplace(row.id, row.line);
        if (!is_new)
            return failed(fmt::format("line {}: id {} is in frame {} already, in line {}", row.line, row.id,
                                      row.frame + 1, other->second));
    }
    return {};
}

Result<std::optional<MotRow>> parse_line(std::string_view line, MotKind kind) {
    line = trimmed(line);
    if (line.empty()) return std::nullopt;
    std::array<double, kColumnsMax> values{};
    std::size_t count = 0;
    while (!line.empty() && count < kColumnsMax) {
        TRY_ASSIGN(values[count], take_number(line, count));
        ++count;
    }
    if (count < kColumnsMin)
        return failed(
            fmt::format("{} numbers, but a box takes {}: frame,id,x,y,width,height,...", count, kColumnsMin));
    TRY_ASSIGN(MotRow row, row_of(std::span(values).first(count), kind));
    return row;
}

std::string_view without_mark(std::string_view text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";  // that some editors put before UTF-8
    return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

}  // namespace

Result<std::vector<MotRow>> parse_mot(std::string_view text, const std::string& name, MotKind kind) {
    text = without_mark(text);
    std::vector<MotRow> rows;
    rows.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
    for (int number = 1; !text.empty(); ++number) {
        auto row = parse_line(take_line(text), kind);
        if (!row) return with_context(fmt::format("{}: line {}", name, number), std::move(row).error());
        if (!*row) continue;
        (*row)->line = number;
        rows.push_back(**row);
    }
    const auto by_frame = [](const MotRow& a, const MotRow& b) { return a.frame < b.frame; };
    if (!std::is_sorted(rows.begin(), rows.end(), by_frame))
        std::stable_sort(rows.begin(), rows.end(), by_frame);
    if (kind == MotKind::kDetections) return rows;
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin + 1;
        while (end < rows.size() && rows[end].frame == rows[begin].frame)
            ++end;
        if (auto checked = check_ids(std::span(rows).subspan(begin, end - begin)); !checked)
            return with_context(name, std::move(checked).error());
        begin = end;
    }
    return rows;
}

Result<std::vector<MotRow>> load_mot(const std::filesystem::path& path, MotKind kind) {
    TRY_ASSIGN(const std::string text, read_whole(path, kMotBytesMax));
    return parse_mot(text, path.string(), kind);
}

Result<SequenceInfo> parse_sequence_info(std::string_view text, const std::string& name) {
    SequenceInfo info;
    text = without_mark(text);
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view line = trimmed(take_line(text));
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view key = trimmed(line.substr(0, equals));
        const std::string_view value = trimmed(line.substr(equals + 1));
        if (key != "frameRate" && key != "seqLength" && key != "imWidth" && key != "imHeight") continue;
        double number_read = 0;
        const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number_read);
        constexpr double kFrameRateMax = 10'000;
        const double most = key == "frameRate"   ? kFrameRateMax
                            : key == "seqLength" ? static_cast<double>(kMotFrameMax)
                                                 : kMotCoordinateMax;
        if (error != std::errc() || stop != value.data() + value.size() || !(number_read > 0) ||
            number_read > most || (key == "seqLength" && number_read < 1))
            return failed(
                fmt::format("{}: line {}: {} is {}, not a number above 0", name, number, key, shown(value)));
        if (key == "frameRate") info.frame_rate = number_read;
        if (key == "seqLength") info.frames = static_cast<std::int64_t>(number_read);
        if (key == "imWidth") info.width = number_read;
        if (key == "imHeight") info.height = number_read;
    }
    return info;
}

Result<SequenceInfo> load_sequence_info(const std::filesystem::path& beside) {
    constexpr std::size_t kBytesMax = 1U << 16U;
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::absolute(beside, ignored).parent_path();
    for (const std::filesystem::path& place : {folder, folder.parent_path()}) {
        const std::filesystem::path path = place / "seqinfo.ini";
        if (!std::filesystem::is_regular_file(path, ignored)) continue;
        TRY_ASSIGN(const std::string text, read_whole(path, kBytesMax));
        return parse_sequence_info(text, path.string());
    }
    return SequenceInfo{};
}

Result<std::string> read_whole(const std::filesystem::path& path, std::size_t bytes_max) {
    const std::string name = path.string();
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return failed(name + ": no such file");
    if (std::filesystem::is_directory(status)) return failed(name + ": is a directory, not a file");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failed(fmt::format("{}: can't be opened: {}", name, std::generic_category().message(errno)));
    // In pieces, and no more than a byte above the limit: the file may be a device that never ends.
    std::string text;
    constexpr std::size_t kPiece = 1U << 20U;
    while (file && text.size() <= bytes_max) {
        const std::size_t before = text.size();
        text.resize(before + kPiece);
        file.read(text.data() + before, static_cast<std::streamsize>(kPiece));
        text.resize(before + static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad()) return failed(name + ": can't be read");
    if (text.size() > bytes_max) return failed(fmt::format("{}: larger than {} bytes", name, bytes_max));
    return text;
}

}  // namespace vitrina
