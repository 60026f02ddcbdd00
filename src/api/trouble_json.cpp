#include "api/trouble_json.h"

#include <cmath>
#include <sstream>

#include <nlohmann/json.hpp>

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value, double unit) {
    return std::round(value / unit) * unit;
}

}  // namespace

Json json_of(const ViewMove& move) {
    if (!move.known) return nullptr;
    return {{"dx_px", std::round(move.dx_px)},
            {"dy_px", std::round(move.dy_px)},
            {"rotation_deg", rounded(move.rotation_deg, 0.1)},
            {"zoom", rounded(move.zoom, 0.001)}};
}

Json json_of_notes(const records::Notes& notes) {
    Json list = Json::array();
    std::istringstream words(notes);
    for (std::string word; std::getline(words, word, ',');)
        list.push_back(word);
    return list;
}

}  // namespace vitrina::api
