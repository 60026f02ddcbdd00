// API tokens, for programs.
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "api/accounts/accounts.h"
#include "api/accounts/names.h"
#include "api/accounts/secret.h"

namespace vitrina::api {
namespace {

/// What a scanner of source code for lost secrets can find.
constexpr const char* kPrefix = "vit_";

Token token_of(const records::TokenRecord& record) {
    Token token;
    token.id = record.id;
    token.user = record.user;
    token.name = record.name;
    token.scope = parse_scope(record.scope).value_or(Scope::kRead);  // an unknown scope is refused in use
    token.created = record.created;
    token.expires = record.expires;
    token.used = record.used;
    return token;
}

}  // namespace

Answer<std::vector<Token>> Accounts::tokens() const {
    TRY_ASSIGN(const auto records, store_.tokens());
    std::vector<Token> tokens;
    tokens.reserve(records.size());
    std::transform(records.begin(), records.end(), std::back_inserter(tokens), token_of);
    return tokens;
}

Answer<MadeToken> Accounts::make_token(const Identity& by, const NewToken& wanted) {
    const UtcTime now = clock_();
    if (auto refusal = check_name(wanted.name)) return tl::unexpected(*std::move(refusal));
    if (wanted.expires && *wanted.expires <= now)
        return tl::unexpected(Refusal(RefusalCode::kUnsuitableValue, "the token would have expired already"));
    std::string key = kPrefix + make_key();
    records::TokenRecord token;
    token.user = by.user;
    token.name = wanted.name;
    token.key_hash = hash_of_key(key);
    token.scope = to_text(wanted.scope);
    token.created = now;
    token.expires = wanted.expires;
    // Who holds a token for a day must not make one for ever of it.
    if (by.expires) token.expires = std::min(*by.expires, wanted.expires.value_or(*by.expires));
    const MutexLock lock(change_mutex_);
    TRY(store_.audit(now, by.name, fmt::format("made token {}, {}", token.name, token.scope)));
    TRY_ASSIGN(token.id, store_.add_token(token));
    return MadeToken{token_of(token), std::move(key)};
}

Answer<void> Accounts::remove_token(const Identity& by, std::int64_t id) {
    const MutexLock lock(change_mutex_);
    TRY_ASSIGN(const auto tokens, store_.tokens());
    const auto token = std::find_if(tokens.begin(), tokens.end(),
                                    [id](const records::TokenRecord& each) { return each.id == id; });
    if (token == tokens.end())
        return tl::unexpected(Refusal(RefusalCode::kNotFound, "there is no such token"));
    TRY(store_.audit(clock_(), by.name, fmt::format("removed token {}", token->name)));
    const auto removed = store_.remove_token(id);
    cache_.forget_key(token->key_hash);
    TRY(removed);
    return {};
}

}  // namespace vitrina::api
