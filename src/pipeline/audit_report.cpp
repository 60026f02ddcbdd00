#include "pipeline/audit_report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

namespace vitrina::pipeline {
namespace {

struct Strata {
    std::vector<evaluate::AuditStratum> in;
    std::vector<evaluate::AuditStratum> out;
    UtcTime first = UtcTime::max();
    UtcTime last = UtcTime::min();
};

/// The count is of all the time between the first window and the last; where some of it was not on film, it
/// is taken to be as wrong there as where it was.
void fill_gaps(Strata& strata, std::int64_t offered, std::chrono::seconds window) {
    if (offered <= 0) return;
    const double spanned = std::chrono::duration<double>(strata.last - strata.first) / window;
    const double scale = std::max(1.0, spanned / static_cast<double>(offered));
    for (auto* const side : {&strata.in, &strata.out})
        for (evaluate::AuditStratum& stratum : *side)
            stratum.windows = std::llround(scale * static_cast<double>(stratum.windows));
}

Result<records::AuditedCount> counted(const records::AuditStore& audits, const records::Audit& audit,
                                      const records::AuditPlace& place, UtcTime from, UtcTime to) {
    return place.kind == records::AuditKind::kStay ? audits.stays(place, from, to, audit.window)
                                                   : audits.crossings(place, from, to);
}

}  // namespace

Result<records::AuditedCount> counted_in(const records::AuditStore& audits, const records::Audit& audit,
                                         const records::AuditClip& clip) {
    return counted(audits, audit, clip.place, clip.begin, clip.end);
}

Result<std::vector<AuditedPlace>> audit_report(const records::AuditStore& audits,
                                               const records::Audit& audit) {
    TRY_ASSIGN(const auto strata, audits.strata(audit.id));
    TRY_ASSIGN(const auto clips, audits.clips(audit.id));
    std::map<records::AuditPlace, AuditedPlace> places;
    std::map<records::AuditPlace, Strata> answers;
    std::map<std::pair<records::AuditPlace, bool>, std::size_t> index;
    for (const records::AuditStratum& stratum : strata) {
        AuditedPlace& place = places[stratum.place];
        place.place = stratum.place;
        place.windows += stratum.windows;
        Strata& of_place = answers[stratum.place];
        index[{stratum.place, stratum.is_busy}] = of_place.in.size();
        of_place.in.push_back({stratum.windows, {}});
        of_place.out.push_back({stratum.windows, {}});
        of_place.first = std::min(of_place.first, stratum.first);
        of_place.last = std::max(of_place.last, stratum.last);
    }
    for (const records::AuditClip& clip : clips) {
        const auto known = index.find({clip.place, clip.is_busy});
        if (known == index.end()) continue;
        AuditedPlace& place = places.at(clip.place);
        if (clip.frames > 0 || clip.answer.is_given()) ++place.clips;
        if (clip.answer.is_unclear) ++place.unclear;
        if (!clip.answer.in) continue;
        ++place.answered;
        TRY_ASSIGN(const auto count, counted_in(audits, audit, clip));
        Strata& of_place = answers.at(clip.place);
        of_place.in[known->second].differences.push_back(*clip.answer.in - static_cast<double>(count.in));
        of_place.out[known->second].differences.push_back(clip.answer.out.value_or(0) -
                                                          static_cast<double>(count.out));
    }
    std::vector<AuditedPlace> report;
    report.reserve(places.size());
    for (auto& [key, place] : places) {
        Strata& of_place = answers.at(key);
        fill_gaps(of_place, place.windows, audit.window);
        TRY_ASSIGN(const auto all, counted(audits, audit, key, of_place.first, of_place.last));
        place.in = evaluate::count_error(static_cast<double>(all.in), of_place.in);
        if (key.kind == records::AuditKind::kCrossing)
            place.out = evaluate::count_error(static_cast<double>(all.out), of_place.out);
        report.push_back(std::move(place));
    }
    return report;
}

}  // namespace vitrina::pipeline
