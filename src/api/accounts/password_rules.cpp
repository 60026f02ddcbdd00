#include "api/accounts/password_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/accounts/names.h"
#include "domain/text.h"

namespace vitrina::api {
namespace {

/// The words that most leaked passwords of ten characters and more are built from, in our two languages, and
/// what a guesser knows about this program. Lists of whole passwords would be a thousand times as long and
/// miss "Password2027!" all the same.
constexpr std::array<std::u32string_view, 44> kCommonWords = {
    U"password", U"passwort", U"passw",    U"qwerty",   U"administrator", U"admin",    U"welcome",
    U"letmein",  U"iloveyou", U"login",    U"secret",   U"master",        U"monkey",   U"dragon",
    U"football", U"baseball", U"princess", U"sunshine", U"superman",      U"batman",   U"pokemon",
    U"starwars", U"computer", U"internet", U"samsung",  U"google",        U"changeme", U"default",
    U"guest",    U"manager",  U"security", U"camera",   U"vitrina",       U"parol",    U"privet",
    U"lyubov",   U"moskva",   U"пароль",   U"привет",   U"любовь",        U"админ",    U"магазин",
    U"камера",   U"витрина",
};

/// Ways along the keyboard and the alphabet.
constexpr std::array<std::u32string_view, 13> kWalks = {
    U"01234567890",
    U"abcdefghijklmnopqrstuvwxyz",
    U"qwertyuiop",
    U"asdfghjkl",
    U"zxcvbnm",
    U"1q2w3e4r5t6y7u8i9o0p",
    U"1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    U"qazwsxedcrfvtgbyhnujm",
    U"абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    U"йцукенгшщзхъ",
    U"фывапролджэ",
    U"ячсмитьбю",
    U"1й2ц3у4к5е6н7г8ш9щ0з",
};

/// What must be left of a password beside common words: less is a year and a sign.
constexpr std::size_t kOwnCharactersMin = 7;
constexpr std::size_t kDifferentCharactersMin = 5;
/// Shorter parts of a name stand in too many words.
constexpr std::size_t kNamePartMin = 3;

/// Letters for the digits and signs that people write instead of them.
char32_t letter_for(char32_t c) {
    constexpr std::u32string_view kSigns = U"013457@$!";
    constexpr std::u32string_view kLetters = U"oieastasi";
    static_assert(kSigns.size() == kLetters.size());
    const auto at = kSigns.find(c);
    return at == std::u32string_view::npos ? c : kLetters[at];
}

bool is_step(char32_t a, char32_t b) {
    if (a == b) return true;
    return std::any_of(kWalks.begin(), kWalks.end(), [&](std::u32string_view walk) {
        const std::array<char32_t, 2> there = {a, b};
        const std::array<char32_t, 2> back = {b, a};
        return walk.find(there.data(), 0, 2) != walk.npos || walk.find(back.data(), 0, 2) != walk.npos;
    });
}

/// Three of four characters follow from the one before.
bool is_walk(std::u32string_view text) {
    std::size_t steps = 0;
    for (std::size_t i = 1; i < text.size(); ++i)
        steps += is_step(text[i - 1], text[i]) ? 1 : 0;
    return 4 * steps >= 3 * (text.size() - 1);
}

std::size_t length_without_common_words(std::u32string text) {
    for (const std::u32string_view word : kCommonWords)
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at))
            text.erase(at, word.size());
    return text.size();
}

bool has_part_of_name(const std::u32string& password, const std::u32string& name) {
    constexpr std::u32string_view kBetweenParts = U" .,_-@";
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find_first_of(kBetweenParts, begin), name.size());
        const std::u32string part = name.substr(begin, end - begin);
        if (part.size() >= kNamePartMin && password.find(part) != password.npos) return true;
        begin = end + 1;
    }
    return false;
}

Refusal common(std::string why) {
    return {RefusalCode::kPasswordCommon, "the password " + std::move(why) +
                                              ": it would be guessed first; three or four words that have "
                                              "nothing to do with each other are good"};
}

}  // namespace

std::optional<Refusal> check_new_password(const std::string& name, const std::string& password) {
    const auto points = decode_utf8(password);
    if (!points) return Refusal(RefusalCode::kUnsuitableValue, "the password is not UTF-8 text");
    if (points->size() < kPasswordLengthMin)
        return Refusal(RefusalCode::kPasswordTooShort,
                       fmt::format("the password is shorter than {} characters", kPasswordLengthMin));
    if (points->size() > kPasswordLengthMax)
        return Refusal(RefusalCode::kPasswordTooLong,
                       fmt::format("the password is longer than {} characters", kPasswordLengthMax));

    const std::u32string text = folded(*points);
    const std::u32string folded_name = folded(decode_utf8(name).value_or(U""));
    if (has_part_of_name(text, folded_name))
        return Refusal(RefusalCode::kPasswordHasName, "the password has the user's name in it");
    if (std::set(text.begin(), text.end()).size() < kDifferentCharactersMin)
        return common("is made of a few characters only");
    if (is_walk(text)) return common("follows the alphabet or the keyboard");
    std::u32string letters = text;
    std::transform(letters.begin(), letters.end(), letters.begin(), letter_for);
    if (length_without_common_words(letters) < kOwnCharactersMin)
        return common("is little more than a common word");
    return std::nullopt;
}

}  // namespace vitrina::api
