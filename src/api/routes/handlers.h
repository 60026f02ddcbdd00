// What answers the routes, one function each; the table with their paths and permissions is in routes.cpp.
// Any thread; handlers block as long as records, passwords or cameras take.
#pragma once

#include "api/http.h"
#include "api/services.h"

namespace vitrina::api {

// account_handlers.cpp: who may come in.
[[nodiscard]] Reply get_setup(const Request& request, const Services& services);
[[nodiscard]] Reply set_up(const Request& request, const Services& services);
[[nodiscard]] Reply sign_in(const Request& request, const Services& services);
[[nodiscard]] Reply sign_out(const Request& request, const Services& services);
[[nodiscard]] Reply sign_out_everywhere(const Request& request, const Services& services);
[[nodiscard]] Reply get_me(const Request& request, const Services& services);
[[nodiscard]] Reply change_me(const Request& request, const Services& services);
[[nodiscard]] Reply list_users(const Request& request, const Services& services);
[[nodiscard]] Reply add_user(const Request& request, const Services& services);
[[nodiscard]] Reply change_user(const Request& request, const Services& services);
[[nodiscard]] Reply remove_user(const Request& request, const Services& services);
[[nodiscard]] Reply list_tokens(const Request& request, const Services& services);
[[nodiscard]] Reply add_token(const Request& request, const Services& services);
[[nodiscard]] Reply remove_token(const Request& request, const Services& services);

// camera_handlers.cpp
[[nodiscard]] Reply list_cameras(const Request& request, const Services& services);
[[nodiscard]] Reply get_camera(const Request& request, const Services& services);
[[nodiscard]] Reply add_camera(const Request& request, const Services& services);
[[nodiscard]] Reply change_camera(const Request& request, const Services& services);
[[nodiscard]] Reply remove_camera(const Request& request, const Services& services);
[[nodiscard]] Reply accept_view(const Request& request, const Services& services);
[[nodiscard]] Reply test_camera(const Request& request, const Services& services);
[[nodiscard]] Reply get_picture(const Request& request, const Services& services);
[[nodiscard]] Reply get_evidence(const Request& request, const Services& services);

// layout_handlers.cpp
[[nodiscard]] Reply get_layout(const Request& request, const Services& services);
[[nodiscard]] Reply save_layout(const Request& request, const Services& services);
[[nodiscard]] Reply list_layouts(const Request& request, const Services& services);

// plan_handlers.cpp
[[nodiscard]] Reply get_plan(const Request& request, const Services& services);
[[nodiscard]] Reply save_plan(const Request& request, const Services& services);
[[nodiscard]] Reply list_plans(const Request& request, const Services& services);
[[nodiscard]] Reply add_drawing(const Request& request, const Services& services);
[[nodiscard]] Reply get_drawing(const Request& request, const Services& services);
[[nodiscard]] Reply fit_calibration(const Request& request, const Services& services);

// stream_handlers.cpp
[[nodiscard]] Reply watch_mp4(const Request& request, const Services& services);
[[nodiscard]] Reply watch_mjpeg(const Request& request, const Services& services);
[[nodiscard]] Reply watch_wall(const Request& request, const Services& services);
[[nodiscard]] Reply listen_to_tracks(const Request& request, const Services& services);
[[nodiscard]] Reply listen_to_facts(const Request& request, const Services& services);
[[nodiscard]] Reply list_facts(const Request& request, const Services& services);

// figure_handlers.cpp
[[nodiscard]] Reply get_shop(const Request& request, const Services& services);
[[nodiscard]] Reply get_now(const Request& request, const Services& services);
[[nodiscard]] Reply get_counts(const Request& request, const Services& services);
[[nodiscard]] Reply get_heat(const Request& request, const Services& services);
[[nodiscard]] Reply list_outages(const Request& request, const Services& services);
[[nodiscard]] Reply list_troubles(const Request& request, const Services& services);

// path_handlers.cpp
[[nodiscard]] Reply get_paths(const Request& request, const Services& services);

// people_handlers.cpp
[[nodiscard]] Reply list_people(const Request& request, const Services& services);
[[nodiscard]] Reply get_look(const Request& request, const Services& services);
[[nodiscard]] Reply mark_person(const Request& request, const Services& services);
[[nodiscard]] Reply forget_staff(const Request& request, const Services& services);
[[nodiscard]] Reply forget_all_taught(const Request& request, const Services& services);

// visit_handlers.cpp
[[nodiscard]] Reply list_visits(const Request& request, const Services& services);
[[nodiscard]] Reply export_visits(const Request& request, const Services& services);

// queue_handlers.cpp
[[nodiscard]] Reply list_queues(const Request& request, const Services& services);
[[nodiscard]] Reply list_queue_forecasts(const Request& request, const Services& services);

// space_handlers.cpp
[[nodiscard]] Reply get_space(const Request& request, const Services& services);
[[nodiscard]] Reply export_space(const Request& request, const Services& services);
[[nodiscard]] Reply compare_space(const Request& request, const Services& services);
[[nodiscard]] Reply export_comparison(const Request& request, const Services& services);

// crossing_handlers.cpp
[[nodiscard]] Reply list_crossings(const Request& request, const Services& services);
[[nodiscard]] Reply export_crossings(const Request& request, const Services& services);

// touch_handlers.cpp
[[nodiscard]] Reply list_touches(const Request& request, const Services& services);
[[nodiscard]] Reply export_touches(const Request& request, const Services& services);

// receipt_handlers.cpp
[[nodiscard]] Reply add_receipt(const Request& request, const Services& services);
[[nodiscard]] Reply add_receipts(const Request& request, const Services& services);
[[nodiscard]] Reply list_receipts(const Request& request, const Services& services);
[[nodiscard]] Reply get_receipt(const Request& request, const Services& services);
[[nodiscard]] Reply export_receipts(const Request& request, const Services& services);
[[nodiscard]] Reply list_tills(const Request& request, const Services& services);
[[nodiscard]] Reply save_till(const Request& request, const Services& services);
[[nodiscard]] Reply remove_till(const Request& request, const Services& services);

// sales_handlers.cpp
[[nodiscard]] Reply get_conversion(const Request& request, const Services& services);
[[nodiscard]] Reply get_goods(const Request& request, const Services& services);

// alarm_handlers.cpp
[[nodiscard]] Reply list_alarms(const Request& request, const Services& services);
[[nodiscard]] Reply acknowledge_alarm(const Request& request, const Services& services);
[[nodiscard]] Reply listen_to_alarms(const Request& request, const Services& services);
[[nodiscard]] Reply list_rules(const Request& request, const Services& services);
[[nodiscard]] Reply add_rule(const Request& request, const Services& services);
[[nodiscard]] Reply change_rule(const Request& request, const Services& services);
[[nodiscard]] Reply remove_rule(const Request& request, const Services& services);
[[nodiscard]] Reply list_channels(const Request& request, const Services& services);
[[nodiscard]] Reply add_channel(const Request& request, const Services& services);
[[nodiscard]] Reply change_channel(const Request& request, const Services& services);
[[nodiscard]] Reply remove_channel(const Request& request, const Services& services);
[[nodiscard]] Reply test_channel(const Request& request, const Services& services);

// program_handlers.cpp
[[nodiscard]] Reply get_health(const Request& request, const Services& services);
[[nodiscard]] Reply get_metrics(const Request& request, const Services& services);
[[nodiscard]] Reply get_openapi(const Request& request, const Services& services);

}  // namespace vitrina::api
