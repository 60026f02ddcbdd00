#include "pipeline/audit_film.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "pipeline/body_watch.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

constexpr int kQuality = 60;
constexpr int kBlockMin = 6;  // px
// Of a body: a head is within a third of its height, or, where only head and shoulders are seen, higher than
// three quarters of the shoulders' width.
constexpr double kHeadHeight = 0.33;
constexpr double kHeadWidths = 0.75;
constexpr double kBlocksInHead = 3;
constexpr std::string_view kForm = "clip/1\n";

template <typename Number>
void put_number(std::string& code, Number number) {
    std::array<char, sizeof(Number)> bytes{};
    std::memcpy(bytes.data(), &number, bytes.size());
    code.append(bytes.data(), bytes.size());
}

template <typename Number>
bool get_number(std::string_view& code, Number& number) {
    if (code.size() < sizeof(Number)) return false;
    std::memcpy(&number, code.data(), sizeof(Number));
    code.remove_prefix(sizeof(Number));
    return true;
}

}  // namespace

void hide_heads(Picture& picture, std::span<const Box> bodies) {
    for (const Box& body : bodies) {
        if (!std::isfinite(body.x + body.y + body.width + body.height) || body.width <= 0 || body.height <= 0)
            continue;
        const double head =
            std::min(body.height, std::max(kHeadHeight * body.height, kHeadWidths * body.width));
        const auto within = [](double value, int size) {
            return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(size)));
        };
        const int block = std::max(
            kBlockMin, within(std::ceil(head / kBlocksInHead), std::max(picture.width, picture.height)));
        const int left = within(std::floor(body.x - kHiddenBeside * body.width), picture.width);
        const int right = within(std::ceil(body.right() + kHiddenBeside * body.width), picture.width);
        const int top = within(std::floor(body.y - kHiddenAbove * body.height), picture.height);
        const int bottom = within(std::ceil(body.y + head), picture.height);
        for (int y = top; y < bottom; y += block)
            for (int x = left; x < right; x += block)
                fill_block(picture, x, y, std::min(right, x + block), std::min(bottom, y + block));
    }
}

void AuditFilm::add(UtcTime at, const Picture& picture, std::span<const Box> bodies) {
    if (picture.width <= 0 || picture.height <= 0) return;
    if (!seen_.empty() && at <= seen_.back().at) return;  // the clock was set
    const Box whole = {0, 0, static_cast<double>(picture.width), static_cast<double>(picture.height)};
    const double scale = std::min(1.0, static_cast<double>(kHeightMax) / picture.height);
    Seen& seen = seen_.emplace_back();
    seen.at = at;
    seen.bodies.reserve(bodies.size());
    for (const Box& body : bodies)
        seen.bodies.push_back(body.scaled(scale, scale));
    const UtcTime last = !raw_.empty() ? raw_.back().at : (film_.empty() ? UtcTime() : film_.back().at);
    if (at - last >= kApart) {
        raw_.push_back({at, body_picture(picture, whole, kHeightMax)});
        background_.learn(at, raw_.back().picture);
    }
    advance(at);
}

void AuditFilm::advance(UtcTime now) {
    while (!raw_.empty() && raw_.front().at < now - kAround) {
        Raw& raw = raw_.front();
        // First whom nobody saw, by what the picture shows: heads that are blocks would look as if they
        // moved.
        const auto own =
            std::find_if(seen_.begin(), seen_.end(), [&](const Seen& seen) { return seen.at == raw.at; });
        background_.hide_moving(raw.picture, own == seen_.end() ? std::span<const Box>() : own->bodies);
        for (const Seen& seen : seen_)
            if (seen.at >= raw.at - kAround && seen.at <= raw.at + kAround)
                hide_heads(raw.picture, seen.bodies);
        if (!raw.picture.rgb.empty()) film_.push_back({raw.at, video::to_jpeg(raw.picture, kQuality)});
        raw_.pop_front();
    }
    const UtcTime oldest = raw_.empty() ? now : std::min(now, raw_.front().at);
    while (!seen_.empty() && seen_.front().at < oldest - kAround)
        seen_.pop_front();
    while (!film_.empty() && film_.front().at < now - kKept)
        film_.pop_front();
}

bool AuditFilm::covers(UtcTime begin, UtcTime end) const {
    UtcTime reached = begin - kGapMax;
    for (const FilmPicture& picture : film_) {
        if (picture.at < begin - kGapMax) continue;
        if (picture.at > reached + kGapMax && picture.at > begin) return false;
        if (picture.at >= end) return true;
        reached = std::max(reached, picture.at);
    }
    return reached >= end - kGapMax;
}

std::vector<FilmPicture> AuditFilm::cut(UtcTime begin, UtcTime end) const {
    std::vector<FilmPicture> clip;
    for (const FilmPicture& picture : film_)
        if (picture.at >= begin && picture.at <= end) clip.push_back(picture);
    return clip;
}

std::string clip_code(std::span<const FilmPicture> pictures) {
    std::string code(kForm);
    for (const FilmPicture& picture : pictures) {
        put_number(code, std::int64_t{picture.at.time_since_epoch().count()});
        put_number(code, static_cast<std::uint32_t>(picture.jpeg.size()));
        code.append(picture.jpeg.begin(), picture.jpeg.end());
    }
    return code;
}

Result<std::vector<FilmPicture>> clip_from(std::string_view code) {
    if (!code.starts_with(kForm)) return failed("a clip of an audit is of another form");
    code.remove_prefix(kForm.size());
    std::vector<FilmPicture> pictures;
    while (!code.empty()) {
        std::int64_t at_ms = 0;
        std::uint32_t size = 0;
        if (!get_number(code, at_ms) || !get_number(code, size) || size > code.size())
            return failed("a clip of an audit is cut off");
        FilmPicture& picture = pictures.emplace_back();
        picture.at = UtcTime(std::chrono::milliseconds(at_ms));
        picture.jpeg.assign(code.begin(), code.begin() + size);
        code.remove_prefix(size);
    }
    return pictures;
}

}  // namespace vitrina::pipeline
