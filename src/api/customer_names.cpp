#include "api/customer_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>
#include <sodium.h>

namespace vitrina::api {
namespace {

constexpr const char* kOfCard = "loyalty card";
constexpr const char* kOfHash = "loyalty card sha-256";

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string sha256_of(const std::string& text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::string digits;
    for (const unsigned char byte : hash)
        digits += fmt::format("{:02x}", byte);
    return digits;
}

}  // namespace

std::string pseudonym_of_card(const privacy::Sealer& sealer, const std::string& card) {
    return sealer.pseudonym(card, kOfCard);
}

std::string customer_called(const privacy::Sealer& sealer, const CustomerName& name) {
    switch (name.kind) {
        case CustomerName::Kind::kSha256:
            return sealer.pseudonym(lower(name.text), kOfHash);
        case CustomerName::Kind::kPseudonym:
            return lower(name.text);
        case CustomerName::Kind::kCard:
            break;
    }
    return pseudonym_of_card(sealer, name.text);
}

std::vector<records::CardName> card_names_of(const privacy::Sealer& sealer,
                                             std::span<const Receipt> receipts) {
    std::set<std::string> cards;
    for (const Receipt& receipt : receipts)
        if (!receipt.card.empty()) cards.insert(receipt.card);
    std::vector<records::CardName> names;
    names.reserve(cards.size());
    for (const std::string& card : cards)
        names.push_back({sealer.pseudonym(sha256_of(card), kOfHash), pseudonym_of_card(sealer, card)});
    return names;
}

}  // namespace vitrina::api
