#include <string>

#include <fmt/format.h>

#include "api/accounts/accounts.h"
#include "app/config.h"
#include "app/serve.h"
#include "app/shop_data.h"

namespace vitrina::app {

Result<void> reset_password(const ResetRequest& request) {
    Config config;
    TRY_ASSIGN(config.data, load_data_folder(request.config));
    config.reserve_mb = 0;  // that of a running server is not ours to touch
    TRY_ASSIGN(const ShopData data, ShopData::open(config, DataUse::kVisit));
    TRY_ASSIGN(const auto accounts, api::Accounts::create(*data.accounts, utc_now));
    const auto password = accounts->reset_password(request.user, std::nullopt);
    if (!password) return failed(password.error().message);
    fmt::print("The password of {} is now: {}\n", request.user, *password);
    return {};
}

}  // namespace vitrina::app
