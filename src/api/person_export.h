// All that is kept of one person, as he may ask for it (GDPR Art. 15 and 20; 152-FZ Art. 14). Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "privacy/gallery.h"
#include "privacy/sealer.h"
#include "records/fact_store.h"
#include "records/gallery_store.h"
#include "records/receipt_store.h"

namespace vitrina::api {

/// Where a person's data lie.
struct PersonSources {
    const privacy::Gallery& gallery;
    const records::GalleryStore& records;
    const records::FactStore& facts;
    const records::ReceiptStore& receipts;
    const privacy::Sealer& sealer;  // of the numbers of cards
};

/// The card of a person, for reading.
[[nodiscard]] nlohmann::ordered_json to_json(const privacy::KnownPerson& person);

/// When he came, where he was then and for how long, and what he bought.
[[nodiscard]] Result<nlohmann::ordered_json> history_of(const PersonSources& sources,
                                                        const privacy::KnownPerson& person);

/// Everything, pictures in base64. Nothing when nobody has this id; fails while the gallery is closed.
[[nodiscard]] Result<std::optional<nlohmann::ordered_json>> export_of(const PersonSources& sources,
                                                                      std::int64_t person);

}  // namespace vitrina::api
