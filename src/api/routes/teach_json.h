// What the routes of goods answer, as docs/api.md describes it. Ids are "COLLECTION.PART": of a class or
// version its number, of a picture its content. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "teach/school.h"

namespace vitrina::api {

[[nodiscard]] nlohmann::ordered_json json_of_overview(const teach::School::Overview& one);
/// null where there is none.
[[nodiscard]] nlohmann::ordered_json json_of_lesson(const std::optional<teach::JobStatus>& job);
[[nodiscard]] nlohmann::ordered_json json_of_picture(std::int64_t collection,
                                                     const teach::TaughtPicture& picture);
[[nodiscard]] nlohmann::ordered_json json_of_page(const teach::School::Page& page);

}  // namespace vitrina::api
