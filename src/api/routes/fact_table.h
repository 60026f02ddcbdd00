// A CSV file of all facts that match a filter, read some rows at a time so that no query stays open for a
// slow reader. For filters and rows of records/fact_store.h that have from, to, descending, offset, limit,
// and id.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/csv.h"
#include "api/http.h"
#include "api/stream.h"
#include "base/result.h"
#include "base/time.h"

namespace vitrina::api {

inline constexpr std::int64_t kTableRowsAtOnce = 500;  // about kBatchBytes

/// How a kind of facts becomes lines.
template <typename Filter, typename Row>
struct FactTableForm {
    std::vector<std::string> head;
    std::function<Result<std::vector<Row>>(const Filter&)> rows;  // ordered by `instant`; any thread
    std::function<std::string(const Row&)> line;
    UtcTime Row::*instant = nullptr;
};

/// Each look goes on where the one before ended: at the instant of its last fact, without those that were
/// given already. One thread at a time.
template <typename Filter, typename Row>
class FactTable final : public Stream {
  public:
    FactTable(Filter filter, FactTableForm<Filter, Row> form)
        : filter_(std::move(filter)), form_(std::move(form)) {
        filter_.limit = kTableRowsAtOnce;
    }

    std::optional<HttpError> start(std::function<void()> /*wake*/) override { return std::nullopt; }
    bool blocks() const override { return true; }
    bool is_endless() const override { return false; }

    Batch next() override {
        std::string text;
        if (!begun_) {
            text = kUtf8Mark + csv_line(form_.head);
            begun_ = true;
        }
        const auto rows = form_.rows(filter_);
        Batch batch;
        batch.broken = !rows;
        if (batch.broken) return batch;
        for (const Row& row : *rows)
            add(row, text);
        batch.end = static_cast<std::int64_t>(rows->size()) < filter_.limit;
        go_on();
        batch.chunks.push_back(Chunk::of(std::move(text)));
        return batch;
    }

  private:
    void add(const Row& row, std::string& text) {
        const UtcTime instant = row.*form_.instant;
        if (instant == last_ && !given_.insert(row.id).second) return;
        if (instant != last_) {
            last_ = instant;
            given_ = {row.id};
        }
        text += form_.line(row);
    }

    void go_on() {
        if (!last_) return;
        // A crowd of one instant is more than one look gives: then what was given is passed over.
        const bool stays =
            filter_.descending ? filter_.to == *last_ + std::chrono::milliseconds(1) : filter_.from == *last_;
        filter_.offset = stays ? filter_.offset + filter_.limit : 0;
        (filter_.descending ? filter_.to : filter_.from) =
            filter_.descending ? *last_ + std::chrono::milliseconds(1) : *last_;
    }

    Filter filter_;
    FactTableForm<Filter, Row> form_;
    std::optional<UtcTime> last_;  // the instant of the last fact that was given
    std::set<std::string> given_;  // facts of that instant
    bool begun_ = false;
};

/// The answer that is such a file.
template <typename Filter, typename Row>
[[nodiscard]] Response table_response(const std::string& file_name, Filter filter,
                                      FactTableForm<Filter, Row> form) {
    Response response;
    response.type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition",
                                  fmt::format("attachment; filename=\"{}\"", file_name));
    response.stream = std::make_shared<FactTable<Filter, Row>>(std::move(filter), std::move(form));
    return response;
}

}  // namespace vitrina::api
