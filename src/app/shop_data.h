// What lies in the data folder of a shop, opened: the database and the key. One thread opens it; what it
// holds may be used by all.
#pragma once

#include <memory>

#include "app/config.h"
#include "base/result.h"
#include "privacy/sealer.h"
#include "records/account_store.h"
#include "records/database.h"
#include "records/fact_store.h"
#include "records/shop_store.h"

namespace vitrina::app {

struct ShopData {
    std::shared_ptr<records::Database> database;
    std::unique_ptr<records::FactStore> facts;
    std::unique_ptr<records::ShopStore> shop;
    std::unique_ptr<records::AccountStore> accounts;
    std::unique_ptr<privacy::Sealer> sealer;

    /// Makes the folder (only for its owner) and what is missing in it. Errors name the file.
    [[nodiscard]] static Result<ShopData> open(const Config& config);
};

}  // namespace vitrina::app
