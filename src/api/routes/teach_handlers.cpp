// What goods look like: collections of pictures, the lesson that is learnt from them, versions, and asking
// what a picture shows. Ids are "COLLECTION.PART": of a class or version its number, of a picture its
// content.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "api/routes/teach_json.h"
#include "domain/text.h"
#include "teach/school.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using teach::School;

constexpr std::size_t kFileNameLengthMax = 200;
constexpr std::int64_t kLessonMinutesDefault = 30;
constexpr std::int64_t kLessonMinutesMax = 24 * 60;
// A report shows names that people gave: nothing in it may run, whatever they wrote.
constexpr const char* kReportPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

tl::unexpected<HttpError> no_school() {
    return refuse({409, "teach_off", "nothing can be taught here: this shop has no goods of its own"});
}

tl::unexpected<HttpError> nothing_here(const Request& request, const char* what) {
    return not_found(fmt::format("there is no {} \"{}\"", what, request.parameter("id")));
}

/// What he who asks can change is 422 here: the request was well formed.
tl::unexpected<HttpError> unsuitable(Error error, const char* code) {
    if (error.kind != ErrorKind::kConfiguration) return refuse(HttpError(std::move(error)));
    return refuse({422, code, std::move(error.message)});
}

struct PartId {
    std::int64_t collection = 0;
    std::string part;
    [[nodiscard]] std::int64_t number() const { return number_of(part).value_or(0); }
};

std::optional<PartId> part_of(std::string_view id) {
    const std::size_t dot = id.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto collection = number_of(id.substr(0, dot));
    if (!collection) return std::nullopt;
    return PartId{*collection, std::string(id.substr(dot + 1))};
}

std::optional<PartId> part_of(const Request& request) {
    return part_of(request.parameter("id"));
}

/// The page as it is now, which most changes answer with.
Reply answer_page(const Request& request, School& school, std::int64_t collection, int status = 200) {
    const auto page = school.page(collection);
    if (!page) return nothing_here(request, "collection");
    return json_response(json_of_page(*page), status);
}

/// A name in the body.
Result<std::string> name_in(const Request& request) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    std::string name = fields.text("name", teach::kNameLengthMax);
    TRY(fields.done());
    return name;
}

/// What errors call an uploaded file.
std::string file_name(QueryFields& fields) {
    std::string name = fields.text("name").value_or("the picture");
    const auto points = decode_utf8(name);
    if (!points || points->size() > kFileNameLengthMax) fields.problem("name", "is no name of a file");
    if (points && std::any_of(points->begin(), points->end(), [](char32_t point) { return point < 0x20; }))
        fields.problem("name", "has a control character in it");
    return name;
}

/// The class that a field names, of this collection; nothing where the field is missing.
std::optional<std::int64_t> class_of(const std::optional<std::string>& text, std::int64_t collection,
                                     bool& is_wrong) {
    if (!text) return std::nullopt;
    const auto part = part_of(*text);
    is_wrong = !part || part->collection != collection || part->number() < 1;
    if (is_wrong) return std::nullopt;
    return part->number();
}

tl::unexpected<HttpError> no_class() {
    return refuse({422, "unsuitable_class", "the class that the picture should show is not there"});
}

Reply send_file(const Request& request, const Services& services, const char* file, const char* type) {
    if (services.school == nullptr) return no_school();
    const auto part = part_of(request);
    const auto path =
        part ? services.school->version_file(part->collection, part->number(), file) : std::nullopt;
    if (!path) return nothing_here(request, "version with such a file");
    std::ifstream stream(*path, std::ios::binary);
    if (!stream.is_open()) return nothing_here(request, "version with such a file");  // removed meanwhile
    Response response;
    response.type = type;
    response.body.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    if (stream.bad()) return refuse(HttpError(Error{path->string() + ": can't be read"}));
    return response;
}

}  // namespace

Reply get_teaching(const Request&, const Services& services) {
    if (services.school == nullptr) return no_school();
    Json collections = Json::array();
    for (const School::Overview& one : services.school->overview())
        collections.push_back(json_of_overview(one));
    return json_response({{"collections", std::move(collections)},
                          {"lesson", json_of_lesson(services.school->job())},
                          {"can_learn", services.school->has_networks()},
                          {"picture_bytes_max", teach::kPictureBytesMax},
                          {"pictures_max", teach::kPicturesMax}});
}

Reply add_goods_collection(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    TRY_ASSIGN(const std::string name, name_in(request));
    auto added = services.school->add_collection(name);
    if (!added) return unsuitable(std::move(added).error(), "unsuitable_collection");
    return answer_page(request, *services.school, added->id, 201);
}

Reply get_goods_collection(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    return answer_page(request, *services.school, id_of(request).value_or(0));
}

Reply change_goods_collection(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const std::int64_t id = id_of(request).value_or(0);
    TRY_ASSIGN(const std::string name, name_in(request));
    auto renamed = services.school->rename_collection(id, name);
    if (!renamed) return unsuitable(std::move(renamed).error(), "unsuitable_collection");
    return answer_page(request, *services.school, id);
}

Reply remove_goods_collection(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    auto removed = services.school->remove_collection(id_of(request).value_or(0));
    if (!removed) return unsuitable(std::move(removed).error(), "lesson_runs");
    if (!*removed) return nothing_here(request, "collection");
    services.log(
        fmt::format("{} removed the collection of goods {}", request.who->name, request.parameter("id")));
    return no_content();
}

Reply add_goods_class(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const std::int64_t id = id_of(request).value_or(0);
    TRY_ASSIGN(const std::string name, name_in(request));
    auto added = services.school->add_class(id, name);
    if (!added) return unsuitable(std::move(added).error(), "unsuitable_class");
    if (!*added) return nothing_here(request, "collection");
    return answer_page(request, *services.school, id, 201);
}

Reply change_goods_class(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    TRY_ASSIGN(const std::string name, name_in(request));
    const auto part = part_of(request);
    auto renamed =
        part ? services.school->rename_class(part->collection, part->number(), name) : Result<bool>(false);
    if (!renamed) return unsuitable(std::move(renamed).error(), "unsuitable_class");
    if (!*renamed) return nothing_here(request, "class");
    return answer_page(request, *services.school, part->collection);
}

Reply remove_goods_class(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const auto part = part_of(request);
    if (!part) return nothing_here(request, "class");
    TRY_ASSIGN(const bool removed, services.school->remove_class(part->collection, part->number()));
    if (!removed) return nothing_here(request, "class");
    return no_content();
}

Reply add_goods_picture(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const std::int64_t id = id_of(request).value_or(0);
    QueryFields fields(request);
    const std::string name = file_name(fields);
    const auto class_text = fields.text("class");
    TRY(fields.done());
    bool is_wrong = false;
    const auto label = class_of(class_text, id, is_wrong);
    if (is_wrong) return no_class();
    auto added = services.school->add_picture(id, name, request.body, label);
    if (!added) return unsuitable(std::move(added).error(), "unsuitable_picture");
    if (!*added) return nothing_here(request, "collection");
    Json json = json_of_picture(id, (*added)->picture);
    json["was_there"] = (*added)->was_there;
    return json_response(json, 201);
}

Reply label_goods_picture(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json value = fields.raw("class");
    TRY(fields.done());
    const auto part = part_of(request);
    if (!part) return nothing_here(request, "picture");
    if (!value.is_null() && !value.is_string())
        return refuse({400, "bad_request", "\"class\" must be the id of a class, or null"});
    bool is_wrong = false;
    const auto label = class_of(value.is_null() ? std::nullopt : std::optional(value.get<std::string>()),
                                part->collection, is_wrong);
    if (is_wrong) return no_class();
    auto changed = services.school->label_picture(part->collection, part->part, label);
    if (!changed) return unsuitable(std::move(changed).error(), "unsuitable_class");
    if (!*changed) return nothing_here(request, "picture");
    return no_content();
}

Reply remove_goods_picture(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const auto part = part_of(request);
    if (!part) return nothing_here(request, "picture");
    TRY_ASSIGN(const bool removed, services.school->remove_picture(part->collection, part->part));
    if (!removed) return nothing_here(request, "picture");
    return no_content();
}

Reply get_goods_preview(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const auto part = part_of(request);
    auto jpeg = part ? services.school->preview_jpeg(part->collection, part->part) : std::nullopt;
    if (!jpeg) return nothing_here(request, "picture");
    Response response;
    response.type = "image/jpeg";
    response.body = std::move(*jpeg);
    // The id is that of the content.
    response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
    return response;
}

Reply begin_goods_lesson(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json minutes = fields.raw("minutes_max");
    TRY(fields.done());
    const bool is_time =
        minutes.is_null() || (minutes.is_number_integer() && minutes >= 1 && minutes <= kLessonMinutesMax);
    if (!is_time)
        return refuse(
            {400, "bad_request", fmt::format("\"minutes_max\" must be 1 to {}", kLessonMinutesMax)});
    const std::chrono::minutes time_max(minutes.is_null() ? kLessonMinutesDefault
                                                          : minutes.get<std::int64_t>());
    auto begun = services.school->learn(id_of(request).value_or(0), request.who->name, time_max);
    if (!begun) return unsuitable(std::move(begun).error(), "cannot_learn");
    if (!*begun) return nothing_here(request, "collection");
    return json_response(json_of_lesson(services.school->job()), 201);
}

Reply cancel_goods_lesson(const Request&, const Services& services) {
    if (services.school == nullptr) return no_school();
    if (!services.school->cancel()) return not_found("no lesson runs");
    return no_content();
}

Reply roll_goods_back(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const std::int64_t id = id_of(request).value_or(0);
    auto rolled = services.school->roll_back(id);
    if (!rolled) return unsuitable(std::move(rolled).error(), "nothing_before");
    if (!*rolled) return nothing_here(request, "collection");
    services.log(fmt::format("{} rolled the goods of collection {} back", request.who->name, id));
    return answer_page(request, *services.school, id);
}

Reply serve_goods_version(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const auto part = part_of(request);
    if (!part) return nothing_here(request, "version");
    TRY_ASSIGN(const bool serves, services.school->serve(part->collection, part->number()));
    if (!serves) return nothing_here(request, "version");
    services.log(
        fmt::format("{} put version {} of goods into service", request.who->name, request.parameter("id")));
    return answer_page(request, *services.school, part->collection);
}

Reply remove_goods_version(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const auto part = part_of(request);
    auto removed =
        part ? services.school->remove_version(part->collection, part->number()) : Result<bool>(false);
    if (!removed) return unsuitable(std::move(removed).error(), "in_service");
    if (!*removed) return nothing_here(request, "version");
    return no_content();
}

Reply get_goods_report(const Request& request, const Services& services) {
    auto reply = send_file(request, services, teach::kReportFile, "text/html; charset=utf-8");
    if (reply) reply->headers.emplace_back("Content-Security-Policy", kReportPolicy);
    return reply;
}

Reply get_goods_onnx(const Request& request, const Services& services) {
    auto reply = send_file(request, services, teach::kOnnxFile, "application/octet-stream");
    if (reply)
        reply->headers.emplace_back(
            "Content-Disposition",
            fmt::format("attachment; filename=\"goods-{}.onnx\"", request.parameter("id")));
    return reply;
}

Reply try_goods(const Request& request, const Services& services) {
    if (services.school == nullptr) return no_school();
    const std::int64_t id = id_of(request).value_or(0);
    QueryFields fields(request);
    const std::string name = file_name(fields);
    const auto version = fields.whole_number("version", 1, std::int64_t{1} << 40);
    TRY(fields.done());
    auto picture = teach::decode_picture(name, request.body);
    if (!picture) return unsuitable(std::move(picture).error(), "unsuitable_picture");
    auto tried = services.school->look_at(id, version, *picture);
    if (!tried) return unsuitable(std::move(tried).error(), "nothing_in_service");
    if (!*tried) return nothing_here(request, "collection with such a version");
    const teach::GoodsAnswer& answer = (*tried)->answer;
    Json guesses = Json::array();
    for (const teach::GoodsAnswer::Guess& guess : answer.guesses)
        guesses.push_back({{"class", guess.name}, {"probability", guess.probability}});
    return json_response({{"version", (*tried)->version},
                          {"known", answer.known},
                          {"class", answer.known ? Json(answer.guesses.front().name) : Json()},
                          {"confidence", answer.guesses.front().probability},
                          {"guesses", std::move(guesses)}});
}

}  // namespace vitrina::api
