#include "teach/goods_version.h"

#include <nlohmann/json.hpp>

namespace vitrina::teach {
namespace {

using Json = nlohmann::json;

Json json_of(const std::optional<Share>& share) {
    if (!share) return {};
    return {{"value", share->value}, {"low", share->low}, {"high", share->high}};
}

std::optional<Share> share_of(const Json& json) {
    if (json.is_null()) return std::nullopt;
    return Share{json.at("value"), json.at("low"), json.at("high")};
}

Json json_of(const ExportFigures& figures) {
    return {{"accuracy", figures.accuracy}, {"bytes", figures.bytes}, {"ms", figures.ms}};
}

ExportFigures figures_of(const Json& json) {
    return {json.at("accuracy"), json.at("bytes"), json.at("ms")};
}

Json json_of(const std::optional<Quantised>& made) {
    if (!made) return {};
    return {{"calibrated", made->calibrated},
            {"compared", made->compared},
            {"agreed", made->agreed},
            {"float32", json_of(made->float32)},
            {"int8", json_of(made->int8)}};
}

std::optional<Quantised> quantised_of(const Json& version) {
    if (!version.contains("quantised") || version.at("quantised").is_null()) return std::nullopt;
    const Json& json = version.at("quantised");
    return Quantised{json.at("calibrated"), json.at("compared"), json.at("agreed"),
                     figures_of(json.at("float32")), figures_of(json.at("int8"))};
}

Json json_of(const std::vector<TellingPicture>& pictures) {
    Json list = Json::array();
    for (const TellingPicture& one : pictures)
        list.push_back(
            {{"id", one.id}, {"truth", one.truth}, {"said", one.said}, {"confidence", one.confidence}});
    return list;
}

std::vector<TellingPicture> pictures_of(const Json& list) {
    std::vector<TellingPicture> pictures;
    pictures.reserve(list.size());
    for (const Json& one : list) {
        TellingPicture picture;
        picture.id = one.at("id");
        picture.truth = one.at("truth");
        picture.said = one.at("said");
        picture.confidence = one.at("confidence");
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

}  // namespace

std::string to_json(const GoodsVersion& version) {
    Json trials = Json::array();
    for (const NetworkTrial& one : version.trials)
        trials.push_back({{"network", one.network}, {"accuracy", one.accuracy}});
    Json classes = Json::array();
    for (const ClassQuality& one : version.classes)
        classes.push_back(
            {{"name", one.name}, {"pictures", one.pictures}, {"found", one.found}, {"sure", one.sure}});
    Json mixups = Json::array();
    for (const Mixup& one : version.mixups)
        mixups.push_back({{"truth", one.truth}, {"said", one.said}, {"count", one.count}});
    return Json{{"format", 1},
                {"number", version.number},
                {"learnt", version.learnt.time_since_epoch().count()},
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
                {"most_confused", json_of(version.most_confused)},
                {"least_certain", json_of(version.least_certain)},
                {"quantised", json_of(version.quantised)},
                {"notes", version.notes}}
        .dump();
}

Result<GoodsVersion> parse_version(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format") != 1) return failed("is of a newer Vitrina");
        GoodsVersion version;
        version.number = json.at("number");
        version.learnt = UtcTime(std::chrono::milliseconds(json.at("learnt").get<std::int64_t>()));
        version.author = json.at("author");
        version.fingerprint = json.at("fingerprint");
        version.network = json.at("network");
        version.pictures = json.at("pictures");
        version.seconds = json.at("seconds");
        version.accuracy = share_of(json.at("accuracy"));
        version.balanced_accuracy = share_of(json.at("balanced_accuracy"));
        version.known_accepted = json.at("known_accepted");
        version.unknown_refused = json.at("unknown_refused");
        version.threshold = json.at("threshold");
        for (const Json& one : json.at("trials"))
            version.trials.push_back({one.at("network"), one.at("accuracy")});
        for (const Json& one : json.at("classes"))
            version.classes.push_back({one.at("name"), one.at("pictures"), one.at("found"), one.at("sure")});
        for (const Json& one : json.at("mixups"))
            version.mixups.push_back({one.at("truth"), one.at("said"), one.at("count")});
        version.most_confused = pictures_of(json.at("most_confused"));
        version.least_certain = pictures_of(json.at("least_certain"));
        version.quantised = quantised_of(json);
        version.notes = json.at("notes").get<std::vector<std::string>>();
        return version;
    } catch (const Json::exception& exception) {
        return failed(std::string("is damaged: ") + exception.what());
    }
}

}  // namespace vitrina::teach
