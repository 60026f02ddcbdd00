// The trackers that everybody compares with, written anew from their papers and programs with their own
// parameters: SORT (arXiv 1602.00763), ByteTrack (arXiv 2110.06864), OC-SORT (arXiv 2203.14360). Times are in
// frames, as theirs. Not for use: for bench/track.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "courtyard.h"

namespace vitrina::bench {

struct PeerBox {
    std::int64_t id = 0;
    Box box;
    double score = 0;
};

class Peer {
  public:
    Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;
    /// What it reports for one frame.
    [[nodiscard]] virtual std::vector<PeerBox> update(const std::vector<SeenBox>& seen) = 0;
};

[[nodiscard]] std::unique_ptr<Peer> make_sort(double score_min);
[[nodiscard]] std::unique_ptr<Peer> make_bytetrack();
[[nodiscard]] std::unique_ptr<Peer> make_ocsort(double score_min);
/// Is told whose each detection is.
[[nodiscard]] std::unique_ptr<Peer> make_oracle(double score_min);

}  // namespace vitrina::bench
