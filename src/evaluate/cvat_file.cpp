#include "evaluate/cvat_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "domain/text.h"

namespace vitrina::evaluate {
namespace {

// A gap of a track that is filled in is no longer than this: a wrong frame number must not fill the memory.
constexpr std::int64_t kFilledMax = 10'000;
constexpr std::size_t kBoxesMax = 50'000'000;

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> whole_of(std::string_view text) {
    const std::optional<double> value = number_of(text);
    if (!value || *value < 0 || *value > static_cast<double>(kMotFrameMax) || *value != std::floor(*value))
        return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

struct CvatBox {
    std::int64_t frame = 0;
    bool outside = false;
    Box box;
};

class Reader {
  public:
    Reader(std::string_view xml, const std::string& name, const std::string& label)
        : xml_(xml), name_(name), label_(label) {}

    Result<Truth> read() {
        const pugi::xml_parse_result parsed = document_.load_buffer(xml_.data(), xml_.size());
        if (!parsed) return error_at(parsed.offset, parsed.description());
        const pugi::xml_node root = document_.child("annotations");
        if (!root) return failed(name_ + ": no CVAT export: its outermost element is not <annotations>");
        TRY(read_meta(root));
        TRY(choose_label(root));
        std::int64_t id = 0;
        for (const pugi::xml_node track : root.children("track")) {
            if (wanted(track)) TRY(read_track(track, id));
            ++id;
        }
        if (id == 0 && root.child("image"))
            return failed(name_ +
                          ": a CVAT export of pictures, which has no tracks: export it as "
                          "\"CVAT for video 1.1\"");
        std::stable_sort(truth_.boxes.begin(), truth_.boxes.end(),
                         [](const TruthBox& a, const TruthBox& b) { return a.frame < b.frame; });
        truth_.name = name_;
        return std::move(truth_);
    }

  private:
    tl::unexpected<Error> error_at(std::ptrdiff_t offset, const std::string& what) const {
        const auto end = xml_.begin() + std::clamp<std::ptrdiff_t>(offset, 0, std::ssize(xml_));
        return failed(fmt::format("{}: line {}: {}", name_, std::count(xml_.begin(), end, '\n') + 1, what));
    }
    tl::unexpected<Error> error_at(pugi::xml_node node, const std::string& what) const {
        return error_at(node.offset_debug(), what);
    }

    Result<void> read_meta(pugi::xml_node root) {
        const pugi::xml_node meta = root.child("meta");
        pugi::xml_node task = meta.child("task");
        if (!task) task = meta.child("job");
        if (!task) return {};
        if (const pugi::xml_node filter = task.child("frame_filter"); filter) {
            const std::string_view text = filter.text().get();
            constexpr std::string_view kStep = "step=";
            if (const auto at = text.find(kStep); at != std::string_view::npos) {
                const auto step = whole_of(text.substr(at + kStep.size()));
                if (!step || *step < 1) return error_at(filter, "a frame filter that is no step");
                truth_.frame_step = *step;
            }
        }
        if (const auto start = whole_of(task.child("start_frame").text().get())) truth_.first_frame = *start;
        if (const auto stop = whole_of(task.child("stop_frame").text().get()))
            truth_.frames = *stop + 1;
        else if (const auto size = whole_of(task.child("size").text().get()); size && *size > 0)
            truth_.frames = truth_.first_frame + *size * truth_.frame_step;
        pugi::xml_node picture = task.child("original_size");
        if (!picture) picture = meta.child("original_size");
        const auto width = number_of(picture.child("width").text().get());
        const auto height = number_of(picture.child("height").text().get());
        if (width && height && *width > 0 && *height > 0) {
            truth_.width = width;
            truth_.height = height;
        }
        return {};
    }

    Result<void> choose_label(pugi::xml_node root) {
        std::set<std::string> labels;
        for (const pugi::xml_node track : root.children("track"))
            labels.emplace(track.attribute("label").value());
        if (labels.empty()) return {};
        std::string known;
        for (const std::string& label : labels)
            known += (known.empty() ? "" : ", ") + json_quoted(label);
        if (!label_.empty()) {
            if (!labels.contains(label_))
                return failed(fmt::format("{}: no track has the label {}; there are {}", name_,
                                          json_quoted(label_), known));
            chosen_ = {label_};
        } else if (labels.size() == 1) {
            chosen_ = labels;
        } else {
            for (const char* label : {"person", "pedestrian", "Person", "Pedestrian"})
                if (labels.contains(label)) chosen_.insert(label);
            if (chosen_.empty())
                return failed(
                    fmt::format("{}: tracks with several labels ({}): say which to use", name_, known));
        }
        return {};
    }

    bool wanted(pugi::xml_node track) const { return chosen_.contains(track.attribute("label").value()); }

    Result<void> read_track(pugi::xml_node track, std::int64_t id) {
        std::vector<CvatBox> boxes;
        for (const pugi::xml_node shape : track.children()) {
            if (shape.type() != pugi::node_element) continue;
            if (std::string_view(shape.name()) != "box")
                return error_at(shape, fmt::format("track {} holds a {}; only boxes can be judged", id,
                                                   json_quoted(shape.name())));
            TRY_ASSIGN(boxes.emplace_back(), read_box(shape));
            if (boxes.size() > 1 && boxes.back().frame <= boxes[boxes.size() - 2].frame)
                return error_at(shape,
                                fmt::format("track {} goes from frame {} to frame {}: frames must grow", id,
                                            boxes[boxes.size() - 2].frame, boxes.back().frame));
            if (truth_.frames && !boxes.back().outside && boxes.back().frame >= *truth_.frames)
                return error_at(shape, fmt::format("a box in frame {}, but the video has {} frames",
                                                   boxes.back().frame, *truth_.frames));
        }
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            if (boxes[i].outside) continue;
            truth_.boxes.push_back({boxes[i].frame, id, boxes[i].box});
            if (i + 1 < boxes.size() && !boxes[i + 1].outside) TRY(fill(track, id, boxes[i], boxes[i + 1]));
            if (truth_.boxes.size() > kBoxesMax)
                return error_at(track, fmt::format("more than {} boxes", kBoxesMax));
        }
        return {};
    }

    Result<void> fill(pugi::xml_node track, std::int64_t id, const CvatBox& from, const CvatBox& to) {
        if ((to.frame - from.frame) / truth_.frame_step > kFilledMax)
            return error_at(track,
                            fmt::format("track {} jumps from frame {} to {}", id, from.frame, to.frame));
        for (std::int64_t frame = from.frame + truth_.frame_step; frame < to.frame;
             frame += truth_.frame_step) {
            const double share =
                static_cast<double>(frame - from.frame) / static_cast<double>(to.frame - from.frame);
            const auto mix = [share](double a, double b) { return a + (b - a) * share; };
            truth_.boxes.push_back(
                {frame,
                 id,
                 {mix(from.box.x, to.box.x), mix(from.box.y, to.box.y), mix(from.box.width, to.box.width),
                  mix(from.box.height, to.box.height)}});
        }
        return {};
    }

    Result<double> side(pugi::xml_node shape, const char* attribute) const {
        const pugi::xml_attribute given = shape.attribute(attribute);
        if (!given) return error_at(shape, fmt::format("a box without {}", attribute));
        const auto value = number_of(given.value());
        if (!value || std::abs(*value) > kMotCoordinateMax)
            return error_at(shape, fmt::format("{} is {}, no place in a picture", attribute,
                                               json_quoted(std::string_view(given.value()).substr(0, 40))));
        return *value;
    }

    Result<CvatBox> read_box(pugi::xml_node shape) const {
        CvatBox box;
        const auto frame = whole_of(shape.attribute("frame").value());
        if (!frame) return error_at(shape, "a box whose frame is no whole number from 0");
        box.frame = *frame;
        box.outside = std::string_view(shape.attribute("outside").value()) == "1";
        TRY_ASSIGN(const double left, side(shape, "xtl"));
        TRY_ASSIGN(const double top, side(shape, "ytl"));
        TRY_ASSIGN(const double right, side(shape, "xbr"));
        TRY_ASSIGN(const double bottom, side(shape, "ybr"));
        if (!box.outside && (right <= left || bottom <= top))
            return error_at(shape,
                            fmt::format("a box from {}, {} to {}, {} is empty", left, top, right, bottom));
        const auto turned = number_of(shape.attribute("rotation").value());
        if (turned && *turned != 0) return error_at(shape, "a rotated box; only upright ones can be judged");
        box.box = {left, top, right - left, bottom - top};
        return box;
    }

    std::string_view xml_;
    const std::string& name_;
    const std::string& label_;
    pugi::xml_document document_;
    std::set<std::string> chosen_;
    Truth truth_;
};

}  // namespace

Result<Truth> parse_cvat(std::string_view xml, const std::string& name, const std::string& label) {
    return Reader(xml, name, label).read();
}

}  // namespace vitrina::evaluate
