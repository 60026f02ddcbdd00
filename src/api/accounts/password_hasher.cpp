#include "api/accounts/password_hasher.h"

#include <array>

#include <sodium.h>

#include "base/result.h"

namespace vitrina::api {
namespace {

constexpr std::chrono::seconds kTryAgainAfter{2};

struct Limits {
    unsigned long long operations;
    std::size_t memory_bytes;
};

Limits limits_of(PasswordCost cost) {
    if (cost == PasswordCost::kMinimal) return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
    return {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE};
}

Refusal busy() {
    return {RefusalCode::kBusy, "too many people sign in at this moment; try again in a few seconds",
            kTryAgainAfter};
}

}  // namespace

/// A place among those that compute, or none.
class PasswordHasher::Turn {
  public:
    explicit Turn(PasswordHasher& hasher) : hasher_(hasher), taken_(hasher.take_place()) {}
    ~Turn() {
        if (taken_) hasher_.give_place_back();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return taken_; }

  private:
    PasswordHasher& hasher_;
    bool taken_;
};

Answer<std::string> PasswordHasher::hash(const std::string& password) {
    const Turn turn(*this);
    if (!turn) return tl::unexpected(busy());
    VITRINA_ASSERT(sodium_init() >= 0);
    const Limits limits = limits_of(cost_);
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str(text.data(), password.data(), password.size(), limits.operations,
                          limits.memory_bytes) != 0)
        return tl::unexpected(Refusal(RefusalCode::kFailed, "no memory is left to hash a password"));
    return std::string(text.data());
}

Answer<bool> PasswordHasher::verify(const std::string& hash, const std::string& password) {
    const Turn turn(*this);
    if (!turn) return tl::unexpected(busy());
    VITRINA_ASSERT(sodium_init() >= 0);
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool PasswordHasher::take_place() {
    const MutexLock lock(mutex_);
    if (waiting_ >= kHashesWaiting) return false;
    ++waiting_;
    while (computing_ >= kHashesAtOnce)
        place_free_.wait(mutex_);
    --waiting_;
    ++computing_;
    return true;
}

void PasswordHasher::give_place_back() {
    const MutexLock lock(mutex_);
    --computing_;
    place_free_.notify_one();
}

}  // namespace vitrina::api
