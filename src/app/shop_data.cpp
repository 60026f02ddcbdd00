#include "app/shop_data.h"

#include <filesystem>
#include <system_error>

#include "app/output_folder.h"

namespace vitrina::app {

Result<ShopData> ShopData::open(const Config& config) {
    const bool is_new = !std::filesystem::exists(config.data);
    TRY(make_folder(config.data));
    if (is_new) {
        std::error_code ignored;  // the key protects itself
        std::filesystem::permissions(config.data, std::filesystem::perms::owner_all, ignored);
    }
    ShopData data;
    records::DatabaseOptions options;
    options.reserve_bytes = config.reserve_mb << 20;
    TRY_ASSIGN(data.database, records::Database::open(config.data / "vitrina.db", options));
    TRY_ASSIGN(data.sealer, privacy::Sealer::open(config.data / "vitrina.key"));
    data.facts = std::make_unique<records::FactStore>(data.database);
    data.shop = std::make_unique<records::ShopStore>(data.database);
    data.accounts = std::make_unique<records::AccountStore>(data.database);
    return data;
}

}  // namespace vitrina::app
