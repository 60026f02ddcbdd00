// Recognition in the running shop: the gallery, the log of looks, and what decides about faces, put together
// as vitrina.yaml says. One thread makes it; what it holds is used by all.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/recognition_services.h"
#include "api/shop_zone.h"
#include "app/config.h"
#include "app/shop_data.h"
#include "base/result.h"
#include "pipeline/alarm_watch.h"

namespace vitrina::app {

class Recognition {
  public:
    /// Borrows all but the configuration. Fails only when the records can't be read: a wrong key closes the
    /// gallery, and nothing else.
    [[nodiscard]] static Result<std::unique_ptr<Recognition>> create(
        const Config& config, const ShopData& data, pipeline::AlarmWatch& alarms, const api::ShopZone& zone,
        const std::function<void(const std::string&)>& log);

    [[nodiscard]] FaceLookSink& sink() { return *watch_; }
    [[nodiscard]] privacy::Gallery& gallery() { return *gallery_; }
    [[nodiscard]] const api::RecognitionServices* services() const { return services_.get(); }

  private:
    Recognition() = default;

    std::unique_ptr<privacy::Gallery> gallery_;
    std::unique_ptr<privacy::LookLog> looks_;
    std::unique_ptr<pipeline::RecognitionWatch> watch_;
    std::unique_ptr<FacePhotographs> photographs_;  // may be null
    std::unique_ptr<api::RecognitionServices> services_;
};

}  // namespace vitrina::app
