// Which known descriptors are the likest to one that was just seen: an exact search through all of them, in
// memory. A scan of bytes leaves out what can't be among the answers, by the numbers that weigh most alone
// where these tell; the rest is compared as it was given. Nothing is approximated: what bytes round off, and
// what the numbers behind can add, is bounded for each descriptor, and the bound is kept.
//
// Threads: const methods from several at a time; changes by one, while nobody searches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace vitrina::perceive {

class DescriptorSearch {
  public:
    /// Whose a descriptor is. Several may have the same owner.
    using Owner = std::int64_t;
    struct Match {
        Owner owner = 0;
        double likeness = 0;  // inner product: the cosine, where descriptors are of unit length
        friend bool operator==(const Match&, const Match&) = default;
    };

    /// Of all the descriptors that it will hold.
    explicit DescriptorSearch(std::size_t length);
    ~DescriptorSearch();
    DescriptorSearch(DescriptorSearch&&) noexcept = default;
    DescriptorSearch& operator=(DescriptorSearch&& other) noexcept;
    DescriptorSearch(const DescriptorSearch&) = delete;
    DescriptorSearch& operator=(const DescriptorSearch&) = delete;

    /// Fails when it is of another length, or not of finite numbers; then nothing has changed.
    [[nodiscard]] Result<void> add(Owner owner, std::span<const float> descriptor);
    /// All descriptors of an owner; how many there were. What they were is overwritten.
    std::size_t remove(Owner owner);
    void clear();

    [[nodiscard]] std::size_t size() const { return owners_.size(); }
    [[nodiscard]] std::size_t length() const { return length_; }

    /// The `count` likest owners with a likeness of at least `least`, each once by his likest descriptor, the
    /// likest first; of equals the lower owner. Nobody for a descriptor of another length.
    [[nodiscard]] std::vector<Match> nearest(std::span<const float> descriptor, std::size_t count,
                                             double least) const;

    /// Which instructions it uses: "avx512-vnni", "avx2", "plain".
    [[nodiscard]] static const char* instructions();

  private:
    /// What a descriptor is as bytes, numbers of much weight first: value = scale * byte, but for an error.
    struct Rounded {
        float scale = 0;
        float length = 0;           // of the descriptor
        float error = 0;            // length of what was rounded off
        float rest = 0;             // length of the numbers behind the head
        std::int32_t head_sum = 0;  // of bytes
        std::int32_t tail_sum = 0;
    };

    [[nodiscard]] Rounded round_off(std::span<const float> descriptor, std::int8_t* head,
                                    std::int8_t* tail) const;
    void put_in_order();
    void drop(std::size_t row);
    void wipe();

    std::size_t length_ = 0;
    std::size_t head_ = 0;            // bytes of a row that are always compared
    std::size_t tail_ = 0;            // and those that are where the head doesn't tell
    std::vector<std::size_t> order_;  // of numbers in rows
    std::vector<Owner> owners_;
    std::vector<Rounded> rounded_;
    std::vector<std::int8_t> heads_;
    std::vector<std::int8_t> tails_;
    std::vector<float> values_;
};

}  // namespace vitrina::perceive
