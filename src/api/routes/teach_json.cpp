#include "api/routes/teach_json.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/instant.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using teach::School;

template <typename Part>
std::string id_text(std::int64_t collection, const Part& part) {
    return fmt::format("{}.{}", collection, part);
}

Json json_of(const std::optional<teach::Share>& share) {
    if (!share) return {};
    return {{"value", share->value}, {"low", share->low}, {"high", share->high}};
}

Json json_of(const teach::ExportFigures& figures) {
    return {{"accuracy", figures.accuracy}, {"bytes", figures.bytes}, {"ms", figures.ms}};
}

Json json_of(const std::optional<teach::Quantised>& made) {
    if (!made) return {};
    return {{"calibrated", made->calibrated},
            {"compared", made->compared},
            {"agreed", made->agreed},
            {"float32", json_of(made->float32)},
            {"int8", json_of(made->int8)}};
}

std::string_view text_of(teach::JobState state) {
    switch (state) {
        case teach::JobState::kRunning:
            return "running";
        case teach::JobState::kDone:
            return "done";
        case teach::JobState::kCancelled:
            return "cancelled";
        case teach::JobState::kFailed:
            break;
    }
    return "failed";
}

Json json_of(std::int64_t collection, const std::vector<teach::TellingPicture>& pictures) {
    Json list = Json::array();
    for (const teach::TellingPicture& one : pictures)
        list.push_back({{"id", id_text(collection, one.id)},
                        {"truth", one.truth},
                        {"said", one.said},
                        {"confidence", one.confidence}});
    return list;
}

Json json_of(std::int64_t collection, const teach::GoodsVersion& version, bool in_service) {
    Json trials = Json::array();
    for (const teach::NetworkTrial& one : version.trials)
        trials.push_back({{"network", one.network}, {"accuracy", one.accuracy}});
    Json classes = Json::array();
    for (const teach::ClassQuality& one : version.classes)
        classes.push_back(
            {{"name", one.name}, {"pictures", one.pictures}, {"found", one.found}, {"sure", one.sure}});
    Json mixups = Json::array();
    for (const teach::Mixup& one : version.mixups)
        mixups.push_back({{"truth", one.truth}, {"said", one.said}, {"count", one.count}});
    return {{"id", id_text(collection, version.number)},
            {"number", version.number},
            {"in_service", in_service},
            {"learnt", to_text(version.learnt)},
            {"author", version.author},
            {"fingerprint", version.fingerprint},
            {"network", version.network},
            {"pictures", version.pictures},
            {"seconds", version.seconds},
            {"accuracy", json_of(version.accuracy)},
            {"balanced_accuracy", json_of(version.balanced_accuracy)},
            {"known_accepted", version.known_accepted},
            {"unknown_refused", version.unknown_refused},
            {"threshold", version.threshold},
            {"trials", std::move(trials)},
            {"classes", std::move(classes)},
            {"mixups", std::move(mixups)},
            {"most_confused", json_of(collection, version.most_confused)},
            {"least_certain", json_of(collection, version.least_certain)},
            {"quantised", json_of(version.quantised)},
            {"notes", version.notes}};
}

}  // namespace

Json json_of_overview(const School::Overview& one) {
    return {{"id", one.id},
            {"name", one.name},
            {"classes", one.classes},
            {"pictures", one.pictures},
            {"unlabelled", one.unlabelled},
            {"in_service", one.in_service ? Json(*one.in_service) : Json()},
            {"accuracy", json_of(one.accuracy)}};
}

Json json_of_lesson(const std::optional<teach::JobStatus>& job) {
    if (!job) return {};
    return {{"collection", job->order.collection},
            {"state", text_of(job->state)},
            {"author", job->order.author},
            {"begun", to_text(job->order.begun)},
            {"minutes_max", std::chrono::ceil<std::chrono::minutes>(job->order.time_max).count()},
            {"step", job->step},
            {"done", job->done},
            {"seconds_left", job->seconds_left ? Json(*job->seconds_left) : Json()},
            {"problem", job->problem},
            {"version", job->version ? Json(*job->version) : Json()}};
}

Json json_of_picture(std::int64_t collection, const teach::TaughtPicture& picture) {
    return {{"id", id_text(collection, picture.id)},
            {"name", picture.name},
            {"class", picture.label ? Json(id_text(collection, *picture.label)) : Json()},
            {"added", to_text(picture.added)},
            {"twin_of", picture.twin_of ? Json(id_text(collection, *picture.twin_of)) : Json()}};
}

Json json_of_page(const School::Page& page) {
    const teach::Collection& collection = page.collection;
    const std::vector<std::size_t> counts = collection.counts();
    Json classes = Json::array();
    for (std::size_t i = 0; i < counts.size(); ++i)
        classes.push_back({{"id", id_text(collection.id, collection.classes[i].id)},
                           {"name", collection.classes[i].name},
                           {"pictures", counts[i]}});
    Json pictures = Json::array();
    for (const teach::TaughtPicture& picture : collection.pictures)
        pictures.push_back(json_of_picture(collection.id, picture));
    Json versions = Json::array();
    for (auto version = page.versions.rbegin(); version != page.versions.rend(); ++version)
        versions.push_back(json_of(collection.id, *version, version->number == collection.in_service()));
    const bool can_roll_back = collection.served.size() > 1;
    return {{"id", collection.id},
            {"name", collection.name},
            {"made", to_text(collection.made)},
            {"classes", std::move(classes)},
            {"pictures", std::move(pictures)},
            {"versions", std::move(versions)},
            {"in_service", collection.in_service() ? Json(*collection.in_service()) : Json()},
            {"before", can_roll_back ? Json(collection.served[collection.served.size() - 2]) : Json()}};
}

}  // namespace vitrina::api
