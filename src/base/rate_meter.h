// How much comes a second, over the last seconds. One thread.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace vitrina {

class RateMeter {
  public:
    /// `now` never falls.
    void add(std::int64_t amount, SourceTime now) {
        if (!begin_) begin_ = now;
        const std::int64_t slot = slot_of(now);
        Slot& current = slots_.at(static_cast<std::size_t>(slot) % slots_.size());
        if (current.number != slot) current = {slot, 0};
        current.amount += amount;
    }

    /// Of the whole slots before now; before there is one, nothing.
    [[nodiscard]] double per_second(SourceTime now) const {
        if (!begin_) return 0;
        const std::int64_t present = slot_of(now);
        const std::int64_t count = std::min<std::int64_t>(present - slot_of(*begin_), kSlots);
        if (count <= 0) return 0;
        std::int64_t sum = 0;
        for (const Slot& slot : slots_)
            if (slot.number >= present - count && slot.number < present) sum += slot.amount;
        return static_cast<double>(sum) / to_seconds(kSlotTime * count);
    }

    /// After a pause the rate is that of what comes then.
    void begin_anew() { *this = RateMeter(); }

  private:
    /// Five seconds: cameras send a key frame each second or two, and the rate should not show them.
    static constexpr std::int64_t kSlots = 10;
    static constexpr Duration kSlotTime = std::chrono::milliseconds(500);

    struct Slot {
        std::int64_t number = -1;
        std::int64_t amount = 0;
    };

    [[nodiscard]] static std::int64_t slot_of(SourceTime time) { return time.time_since_epoch() / kSlotTime; }

    std::optional<SourceTime> begin_;
    std::array<Slot, kSlots + 1> slots_{};
};

}  // namespace vitrina
