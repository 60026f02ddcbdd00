// Who may come in: setup, sessions, users, API tokens. What is right and wrong is decided by Accounts.
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/dispatcher.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "base/time.h"
#include "rules/rule_json.h"
#include "video/live_camera.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

Client client_of(const Request& request) {
    return {request.address, std::string(request.header("user-agent"))};
}

Json json_of(const Identity& identity) {
    return {{"user",
             {{"id", identity.user},
              {"name", identity.name},
              {"role", to_text(identity.role)},
              {"language", identity.language}}},
            {"forgery_token", identity.forgery_token}};
}

Json json_of(const User& user) {
    return {{"id", user.id},
            {"name", user.name},
            {"role", to_text(user.role)},
            {"language", user.language},
            {"disabled", user.disabled},
            {"created", to_text(user.created)}};
}

Json json_of(const std::optional<UtcTime>& instant) {
    return instant ? Json(to_text(*instant)) : Json();
}

Json json_of(const Token& token) {
    return {{"id", token.id},
            {"user", token.user},
            {"name", token.name},
            {"scope", to_text(token.scope)},
            {"created", to_text(token.created)},
            {"expires", json_of(token.expires)},
            {"used", json_of(token.used)}};
}

void set_cookie(const Request& request, std::string_view value, std::chrono::seconds age,
                Response& response) {
    response.headers.emplace_back(
        "Set-Cookie",
        fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name(request), value,
                    age.count(), request.secure ? "; Secure" : ""));
}

/// As GET /api/me, with the cookie of the new session.
Reply signed_in(const Request& request, const Answer<SignedIn>& session) {
    if (!session) return refuse(session.error());
    Response response = json_response(json_of(session->identity));
    set_cookie(request, session->cookie_key, session->cookie_age, response);
    return response;
}

Reply done(const Answer<void>& answer) {
    if (!answer) return refuse(answer.error());
    return no_content();
}

Reply signed_out(const Request& request, const Answer<void>& answer) {
    Reply reply = done(answer);
    if (reply) set_cookie(request, "", std::chrono::seconds(0), *reply);
    return reply;
}

tl::unexpected<HttpError> no_such(std::string_view what, const Request& request) {
    return not_found(fmt::format("there is no {} {}", what, request.parameter("id")));
}

tl::unexpected<HttpError> unknown_value(const char* name, const char* known) {
    return refuse({422, "unsuitable_value", fmt::format("\"{}\" is one of {}", name, known)});
}

// What is wrong with a picture has been seen for some seconds when it is told at all.
constexpr double kTroubleToldAfterS = 10;

constexpr const char* kRoles = "administrator, manager, analyst, guard, staff";

/// The rules that every shop begins with: without them nothing would tell that a camera is gone, or has a bag
/// over it. They are as any others, and whoever removes one is not given it again, for a shop is set up once.
Result<void> give_first_rules(const std::string& language, const Services& services) {
    const bool in_russian = language == "ru";
    rules::Rule rule;
    rule.name = in_russian ? "Камера без изображения" : "Camera without a picture";
    rule.measure = rules::Measure::kCameraDown;
    rule.limit = to_seconds(video::kAlarmAfter);
    TRY(services.alarms.save_rule({0, rules::to_json(rule)}));
    rule.name = in_russian ? "Камера плохо видит" : "Camera doesn't see well";
    rule.measure = rules::Measure::kCameraTrouble;
    rule.limit = kTroubleToldAfterS;
    TRY(services.alarms.save_rule({0, rules::to_json(rule)}));
    return services.alarm_watch.reload();
}

}  // namespace

Reply get_setup(const Request& /*request*/, const Services& services) {
    TRY_ASSIGN(const bool needed, services.accounts.setup_needed());
    return json_response({{"needed", needed}});
}

Reply set_up(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const std::string token = fields.text("token");
    const std::string name = fields.text("name");
    const std::string password = fields.text("password", kSecretLengthMax);
    const std::string language = fields.optional_text("language").value_or("en");
    TRY(fields.done());
    const auto session = services.accounts.set_up(token, name, password, language, client_of(request));
    if (session) {
        // He is the administrator all the same, and can write the rule himself.
        const Services& shop = services.real == nullptr ? services : *services.real;
        if (const auto given = give_first_rules(language, shop); !given) services.log(given.error().message);
    }
    return signed_in(request, session);
}

Reply sign_in(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const std::string name = fields.text("name");
    const std::string password = fields.text("password", kSecretLengthMax);
    TRY(fields.done());
    return signed_in(request, services.accounts.sign_in(name, password, client_of(request)));
}

Reply sign_out(const Request& request, const Services& services) {
    if (request.who->how == Identity::How::kToken)
        return refuse({409, "no_session", "a token has no session that could end; remove the token"});
    return signed_out(request, services.accounts.sign_out(std::string(request.cookie(cookie_name(request)))));
}

Reply sign_out_everywhere(const Request& request, const Services& services) {
    return signed_out(request, services.accounts.sign_out_everywhere(*request.who));
}

Reply get_me(const Request& request, const Services& /*services*/) {
    return json_response(json_of(*request.who));
}

Reply change_me(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const auto language = fields.optional_text("language");
    const auto old_password = fields.optional_text("old_password", kSecretLengthMax);
    const auto password = fields.optional_text("password", kSecretLengthMax);
    TRY(fields.done());
    if (language) {
        const auto changed = services.accounts.change_language(*request.who, *language);
        if (!changed) return refuse(changed.error());
    }
    if (password) {
        const auto changed = services.accounts.change_password(*request.who, old_password.value_or(""),
                                                               *password, client_of(request));
        // Not 401: the session goes on, and who gets that leads the user to the sign-in.
        if (!changed && changed.error().code == RefusalCode::kWrongCredentials)
            return refuse({422, "wrong_old_password", changed.error().message});
        return signed_in(request, changed);
    }
    Identity me = *request.who;
    if (language) me.language = *language;
    return json_response(json_of(me));
}

Reply list_users(const Request& /*request*/, const Services& services) {
    const auto users = services.accounts.users();
    if (!users) return refuse(users.error());
    Json list = Json::array();
    for (const User& user : *users)
        list.push_back(json_of(user));
    return json_response({{"users", std::move(list)}});
}

Reply add_user(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    NewUser wanted;
    wanted.name = fields.text("name");
    wanted.password = fields.text("password", kSecretLengthMax);
    const auto role = parse_role(fields.text("role"));
    wanted.language = fields.optional_text("language").value_or(wanted.language);
    TRY(fields.done());
    if (!role) return unknown_value("role", kRoles);
    wanted.role = *role;
    const auto user = services.accounts.add_user(*request.who, wanted);
    if (!user) return refuse(user.error());
    return json_response(json_of(*user), 201);
}

Reply change_user(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("user", request);
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    UserChange change;
    const auto role = fields.optional_text("role");
    change.language = fields.optional_text("language");
    change.disabled = fields.optional_flag("disabled");
    change.password = fields.optional_text("password", kSecretLengthMax);
    TRY(fields.done());
    if (role) change.role = parse_role(*role);
    if (role && !change.role) return unknown_value("role", kRoles);
    const auto user = services.accounts.change_user(*request.who, *id, change);
    if (!user) return refuse(user.error());
    return json_response(json_of(*user));
}

Reply remove_user(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("user", request);
    return done(services.accounts.remove_user(*request.who, *id));
}

Reply list_tokens(const Request& /*request*/, const Services& services) {
    const auto tokens = services.accounts.tokens();
    if (!tokens) return refuse(tokens.error());
    Json list = Json::array();
    for (const Token& token : *tokens)
        list.push_back(json_of(token));
    return json_response({{"tokens", std::move(list)}});
}

Reply add_token(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    NewToken wanted;
    wanted.name = fields.text("name");
    const auto scope = parse_scope(fields.text("scope"));
    wanted.expires = fields.optional_instant("expires");
    TRY(fields.done());
    if (!scope) return unknown_value("scope", "read, write, receipts");
    wanted.scope = *scope;
    const auto made = services.accounts.make_token(*request.who, wanted);
    if (!made) return refuse(made.error());
    Json json = json_of(made->token);
    json["token"] = made->key;
    return json_response(json, 201);
}

Reply remove_token(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("token", request);
    return done(services.accounts.remove_token(*request.who, *id));
}

}  // namespace vitrina::api
