#include "app/recognition.h"

#include <utility>
#include <vector>

#include "api/customer_names.h"
#include "perceive/face_eyes.h"
#include "pipeline/face_photographs.h"

namespace vitrina::app {

Result<std::unique_ptr<Recognition>> Recognition::create(const Config& config, const ShopData& data,
                                                         pipeline::AlarmWatch& alarms,
                                                         const api::ShopZone& zone,
                                                         const std::function<void(const std::string&)>& log) {
    std::unique_ptr<Recognition> made(new Recognition());
    privacy::Gallery::Options gallery;
    gallery.people_max = static_cast<std::size_t>(config.privacy.people_max);
    gallery.expires_max = config.privacy.expires_max_days;
    gallery.pseudonym_of = [&sealer = *data.sealer](const std::string& external) {
        return api::pseudonym_of_card(sealer, external);
    };
    gallery.now = utc_now;
    gallery.log = log;
    TRY_ASSIGN(made->gallery_, privacy::Gallery::create(data.gallery, privacy::key_files_in(config.data),
                                                        std::move(gallery)));
    made->looks_ = std::make_unique<privacy::LookLog>(data.gallery, utc_now);
    pipeline::RecognitionWatch::Options watch;
    watch.mode = config.privacy.mode;
    watch.whom = config.privacy.recognise;
    watch.made_by = perceive::kFaceForm;
    watch.seen_days = config.privacy.seen_days;
    watch.matches_days = config.privacy.matches_days;
    watch.forget_card = [&buyers = *data.buyers](const std::string& card) -> Result<void> {
        TRY(buyers.forget(card));
        return {};
    };
    watch.day_of = [&zone](UtcTime instant) {
        return std::int64_t{zone.begin_of(api::Bucket::kDay, instant).time_since_epoch().count()};
    };
    watch.now = utc_now;
    watch.log = log;
    watch.rates = [](const std::string& made_by) {
        const auto rates = privacy::match_rates(made_by);
        return std::vector<privacy::MatchRate>(rates.begin(), rates.end());
    };
    TRY_ASSIGN(made->watch_,
               pipeline::RecognitionWatch::create(*made->gallery_, data.gallery, alarms, std::move(watch)));
    if (auto files = perceive::FaceNetworks::verified_files()) {
        made->photographs_ = std::make_unique<pipeline::FacePhotographReader>(
            [files = *files] { return perceive::FaceNetworks::create(files); });
    } else if (config.privacy.mode == privacy::Mode::kRecognition && log) {
        log("nobody can be enrolled: " + files.error().message);
    }
    made->services_.reset(new api::RecognitionServices{*made->gallery_, *data.gallery, *made->looks_,
                                                       *made->watch_, made->photographs_.get()});
    return made;
}

}  // namespace vitrina::app
