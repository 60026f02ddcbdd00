#include "app/sim_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "app/behaviour_file.h"
#include "app/config_section.h"
#include "app/yaml_tree.h"
#include "domain/plan_file.h"

namespace vitrina::app {
namespace {

using Numbers = Range<double>;

void read_spread(Section& section, std::string_view key, Numbers range, sim::Spread& spread) {
    auto inner = section.section(key);
    if (!inner) return;
    inner->read_number("mean", range, spread.mean);
    inner->read_number("spread", {0, range.max}, spread.spread);
    inner->finish();
}

void read_edge(Section& section, std::string_view key, sim::EdgeNoise& edge) {
    auto inner = section.section(key);
    if (!inner) return;
    inner->read_number("spread", {0, 1}, edge.spread);
    inner->read_number("memory_s", {0, 60}, edge.memory_s);
    inner->finish();
}

void read_life(Section& section, sim::Life& life) {
    section.read_number("seconds", {1, 7 * 86400}, life.seconds);
    section.read_number("arrivals_per_minute", {0, 1000}, life.arrivals_per_minute);
    std::int64_t whole = life.people_max;
    if (section.read_integer("people_max", {0, 10000}, whole)) life.people_max = static_cast<int>(whole);
    section.read_number("group_share", {0, 1}, life.group_share);
    read_spread(section, "height_m", {0.5, 2.5}, life.height_m);
    read_spread(section, "speed_m_s", {0.1, 5}, life.speed_m_s);
    read_spread(section, "stops", {0, 1000}, life.stops);
    section.read_number("stop_s_median", {0, 36000}, life.stop_s_median);
    section.read_number("stop_s_spread", {0, 5}, life.stop_s_spread);
    section.read_number("back_share", {0, 1}, life.back_share);
    section.read_number("back_after_s", {0, 86400}, life.back_after_s);
    whole = life.staff;
    if (section.read_integer("staff", {0, 1000}, whole)) life.staff = static_cast<int>(whole);
    section.read_number("staff_away_share", {0, 0.95}, life.staff_away_share);
    section.finish();
}

void read_noise(Section& section, sim::Noise& noise) {
    read_edge(section, "left", noise.left);
    read_edge(section, "right", noise.right);
    read_edge(section, "top", noise.top);
    read_edge(section, "bottom", noise.bottom);
    section.read_number("miss", {0, 1}, noise.miss);
    section.read_number("miss_memory_s", {0, 60}, noise.miss_memory_s);
    section.read_number("height_px_half", {0, 10000}, noise.height_px_half);
    section.read_number("height_px_width", {0.01, 1000}, noise.height_px_width);
    section.read_number("visible_half", {0, 1}, noise.visible_half);
    section.read_number("visible_width", {0.001, 1}, noise.visible_width);
    read_spread(section, "score", {0, 1}, noise.score);
    section.read_number("score_hidden", {0, 1}, noise.score_hidden);
    section.read_number("false_per_minute", {0, 10000}, noise.false_per_minute);
    section.read_number("false_life_s", {0, 3600}, noise.false_life_s);
    read_spread(section, "false_score", {0, 1}, noise.false_score);
    section.read_number("cut_by_people", {0, 1}, noise.cut_by_people);
    section.finish();
}

void read_looks(Section& section, sim::Looks& looks) {
    std::int64_t whole = looks.dimensions;
    if (section.read_integer("dimensions", {2, 4096}, whole)) looks.dimensions = static_cast<int>(whole);
    section.read_number("person", {0, 100}, looks.person);
    section.read_number("common", {0, 100}, looks.common);
    section.read_number("camera", {0, 100}, looks.camera);
    section.read_number("view", {0, 100}, looks.view);
    section.read_number("moment", {0, 100}, looks.moment);
    section.read_number("moment_memory_s", {0, 3600}, looks.moment_memory_s);
    section.finish();
}

void read_eyes(Section& section, sim::Eyes& eyes) {
    section.read_number("rate", {0.1, 100}, eyes.rate);
    if (auto noise = section.section("noise")) read_noise(*noise, eyes.noise);
    if (auto looks = section.section("looks")) read_looks(*looks, eyes.looks);
    if (auto clocks = section.section("clocks")) {
        clocks->read_number("offset_ms_spread", {0, 7200000}, eyes.clocks.offset_ms_spread);
        clocks->read_number("jitter_ms", {0, 60000}, eyes.clocks.jitter_ms);
        clocks->finish();
    }
    section.finish();
}

}  // namespace

Result<sim::Shop> parse_sim_shop(std::string_view text, const std::filesystem::path& path) {
    const std::string name = path.string();
    TRY_ASSIGN(const YamlValue root, parse_yaml(text, name));
    Problems problems;
    const Environment none = [](const std::string&) { return std::nullopt; };
    Section section(root, "", problems, none);
    sim::Shop shop;
    section.read_text("name", shop.name);
    std::string plan;
    if (!section.read_text("plan", plan) && !section.has("plan"))
        section.complain("plan", "is missing: the floor plan's file, beside this one");
    if (auto life = section.section("life")) read_life(*life, shop.life);
    if (auto eyes = section.section("eyes")) read_eyes(*eyes, shop.eyes);
    if (auto behaviour = section.section("behaviour")) read_behaviour(*behaviour, shop.behaviour.emplace());
    section.finish();
    TRY(problems.result(name));
    TRY_ASSIGN(shop.plan, load_plan(path.parent_path() / plan));
    const auto& doors = shop.plan.doors;
    if (std::none_of(doors.begin(), doors.end(),
                     [](const Door& door) { return door.use == DoorUse::kEntrance; }))
        return misconfigured(name + ": plan: has no door that is an entrance: nobody could come");
    return shop;
}

Result<sim::Shop> load_sim_shop(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        return misconfigured(path.string() + ": no such file, or it can't be read");
    std::string text(kYamlBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parse_sim_shop(text, path);
}

}  // namespace vitrina::app
