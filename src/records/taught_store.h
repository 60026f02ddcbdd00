// What people look like who were marked as staff or as customers, at rest: the examples that are learnt from.
// What is sealed, what it means and how long it may stay is not decided here. See database.h for threads and
// errors.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/database.h"

namespace vitrina::records {

struct TaughtRecord {
    std::int64_t id = 0;  // 0: not saved yet
    std::string label;    // "staff", "customer"
    int people = 1;       // whom it is the mean of
    std::string sealed_name;
    UtcTime marked;
    std::string marked_by;
    std::string form;  // of the description
    std::string sealed_looks;
};

class TaughtStore {
  public:
    explicit TaughtStore(std::shared_ptr<Database> database);
    ~TaughtStore();

    /// The oldest first.
    [[nodiscard]] Result<std::vector<TaughtRecord>> all() const;
    /// Its id.
    [[nodiscard]] Result<std::int64_t> add(const TaughtRecord& record);
    /// Whether it was there.
    [[nodiscard]] Result<bool> remove(std::int64_t id);
    /// How many there were.
    [[nodiscard]] Result<std::int64_t> remove_all();

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
