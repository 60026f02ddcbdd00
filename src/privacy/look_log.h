// Who looked at whose data: only added to, and chained, so that an entry that was changed or taken out shows.
// Whoever keeps a head of it elsewhere can also tell that its end was not cut off. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/gallery_store.h"

namespace vitrina::privacy {

class LookLog {
  public:
    LookLog(std::shared_ptr<records::GalleryStore> store, std::function<UtcTime()> now);

    /// What can't be noted must not be shown. `whom` 0: nobody in particular.
    [[nodiscard]] Result<void> note(const std::string& who, const std::string& what, std::int64_t whom = 0);
    /// The newest first.
    [[nodiscard]] Result<std::vector<records::LookEntry>> newest(std::int64_t limit) const;

    struct Verdict {
        std::int64_t entries = 0;
        std::string head;     // hash of the last one; empty: there is none
        std::string problem;  // what is wrong with it; empty: nothing
    };
    /// Computes all hashes again. `known_head`, where it is given, must be among them.
    [[nodiscard]] Result<Verdict> verify(const std::optional<std::string>& known_head = {}) const;

  private:
    std::shared_ptr<records::GalleryStore> store_;
    std::function<UtcTime()> now_;
};

}  // namespace vitrina::privacy
