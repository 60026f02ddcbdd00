#include "pipeline/turns.h"

#include <algorithm>

namespace vitrina::pipeline {
namespace {

bool can_go(const Turn& turn) {
    return turn.has_new && !turn.in_work;
}

SourceTime early(const Turn& turn) {
    return turn.last + turn.period / 2;
}

double periods_since(SourceTime since, const Turn& turn, SourceTime now) {
    return to_seconds(now - since) / to_seconds(turn.period);
}

}  // namespace

std::optional<std::size_t> next_turn(std::span<const Turn> turns, SourceTime now) {
    std::optional<std::size_t> best;
    bool best_is_due = false;
    double best_wait = 0;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const Turn& turn = turns[i];
        const bool due = turn.due <= now;
        if (!can_go(turn) || (!due && (!turn.lively || early(turn) > now))) continue;
        const double wait = periods_since(due ? turn.due : turn.last, turn, now);
        if (best && (best_is_due && !due)) continue;
        if (best && best_is_due == due && wait <= best_wait) continue;
        best = i;
        best_is_due = due;
        best_wait = wait;
    }
    return best;
}

std::optional<SourceTime> next_change(std::span<const Turn> turns, SourceTime now) {
    std::optional<SourceTime> next;
    for (const Turn& turn : turns) {
        if (!can_go(turn)) continue;
        const SourceTime at = std::max(now, turn.lively ? std::min(turn.due, early(turn)) : turn.due);
        next = next ? std::min(*next, at) : at;
    }
    return next;
}

SourceTime due_after(const Turn& turn, SourceTime now) {
    if (turn.due > now) return turn.due;  // an early turn of a lively camera takes nothing from it
    return std::max(turn.due + turn.period, now + turn.period / 2);
}

}  // namespace vitrina::pipeline
