#include "teach/collection.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "teach/picture_store.h"

namespace vitrina::teach {
namespace {

using Json = nlohmann::json;

std::int64_t to_number(UtcTime instant) {
    return instant.time_since_epoch().count();
}
UtcTime to_instant(std::int64_t number) {
    return UtcTime(std::chrono::milliseconds(number));
}

Result<void> check(const Collection& collection) {
    for (const TaughtPicture& picture : collection.pictures) {
        if (!is_picture_id(picture.id)) return failed("a picture has no name of a picture");
        if (picture.label && collection.find_class(*picture.label) == nullptr)
            return failed(fmt::format("picture {} shows a class that is not there", picture.name));
    }
    return {};
}

}  // namespace

const GoodsClass* Collection::find_class(std::int64_t class_id) const {
    const auto found = std::find_if(classes.begin(), classes.end(),
                                    [&](const GoodsClass& one) { return one.id == class_id; });
    return found == classes.end() ? nullptr : &*found;
}

TaughtPicture* Collection::find_picture(std::string_view picture_id) {
    const auto found = std::find_if(pictures.begin(), pictures.end(),
                                    [&](const TaughtPicture& one) { return one.id == picture_id; });
    return found == pictures.end() ? nullptr : &*found;
}

const TaughtPicture* Collection::find_picture(std::string_view picture_id) const {
    const auto found = std::find_if(pictures.begin(), pictures.end(),
                                    [&](const TaughtPicture& one) { return one.id == picture_id; });
    return found == pictures.end() ? nullptr : &*found;
}

std::optional<std::int64_t> Collection::in_service() const {
    if (served.empty()) return std::nullopt;
    return served.back();
}

std::vector<std::size_t> Collection::counts() const {
    std::vector<std::size_t> result(classes.size());
    for (const TaughtPicture& picture : pictures) {
        if (!picture.label) continue;
        const GoodsClass* const shown = find_class(*picture.label);
        if (shown != nullptr) ++result[static_cast<std::size_t>(shown - classes.data())];
    }
    return result;
}

Result<void> check_learnable(const Collection& collection) {
    const std::vector<std::size_t> counts = collection.counts();
    std::size_t usable = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        usable += counts[i] > 0 ? 1 : 0;
    if (usable == 0)
        return misconfigured(
            "no picture has a label yet: make two classes at least, and say what each picture shows");
    if (usable == 1)
        return misconfigured("only one class has pictures; to tell goods apart takes two at least");
    return {};
}

std::string to_json(const Collection& collection) {
    Json classes = Json::array();
    for (const GoodsClass& one : collection.classes)
        classes.push_back({{"id", one.id}, {"name", one.name}});
    Json pictures = Json::array();
    for (const TaughtPicture& one : collection.pictures) {
        Json picture = {{"id", one.id}, {"name", one.name}, {"added", to_number(one.added)}};
        if (one.label) picture["label"] = *one.label;
        if (one.twin_of) picture["twin_of"] = *one.twin_of;
        pictures.push_back(std::move(picture));
    }
    return Json{{"format", 1},
                {"id", collection.id},
                {"name", collection.name},
                {"made", to_number(collection.made)},
                {"classes", std::move(classes)},
                {"pictures", std::move(pictures)},
                {"next_class", collection.next_class},
                {"next_version", collection.next_version},
                {"served", collection.served}}
        .dump();
}

Result<Collection> parse_collection(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format") != 1) return failed("is of a newer Vitrina");
        Collection collection;
        collection.id = json.at("id");
        collection.name = json.at("name");
        collection.made = to_instant(json.at("made"));
        for (const Json& one : json.at("classes"))
            collection.classes.push_back({one.at("id"), one.at("name")});
        for (const Json& one : json.at("pictures")) {
            TaughtPicture picture;
            picture.id = one.at("id");
            picture.name = one.at("name");
            picture.added = to_instant(one.at("added"));
            if (one.contains("label")) picture.label = one.at("label").get<std::int64_t>();
            if (one.contains("twin_of")) picture.twin_of = one.at("twin_of").get<std::string>();
            collection.pictures.push_back(std::move(picture));
        }
        collection.next_class = json.at("next_class");
        collection.next_version = json.at("next_version");
        collection.served = json.at("served").get<std::vector<std::int64_t>>();
        TRY(check(collection));
        return collection;
    } catch (const Json::exception& exception) {
        return failed(std::string("is damaged: ") + exception.what());
    }
}

}  // namespace vitrina::teach
