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
// calibration_handlers.cpp
[[nodiscard]] Reply get_walkers(const Request& request, const Services& services);
[[nodiscard]] Reply fit_walkers(const Request& request, const Services& services);

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

// mix_handlers.cpp
[[nodiscard]] Reply get_visitor_mix(const Request& request, const Services& services);

// people_handlers.cpp
[[nodiscard]] Reply list_people(const Request& request, const Services& services);
[[nodiscard]] Reply get_look(const Request& request, const Services& services);
[[nodiscard]] Reply mark_person(const Request& request, const Services& services);
[[nodiscard]] Reply forget_staff(const Request& request, const Services& services);
[[nodiscard]] Reply forget_all_taught(const Request& request, const Services& services);

// privacy_handlers.cpp
[[nodiscard]] Reply get_privacy(const Request& request, const Services& services);
[[nodiscard]] Reply change_privacy(const Request& request, const Services& services);
[[nodiscard]] Reply list_looks(const Request& request, const Services& services);
[[nodiscard]] Reply verify_looks(const Request& request, const Services& services);

// gallery_handlers.cpp
[[nodiscard]] Reply list_gallery(const Request& request, const Services& services);
[[nodiscard]] Reply enrol(const Request& request, const Services& services);
[[nodiscard]] Reply get_gallery_person(const Request& request, const Services& services);
[[nodiscard]] Reply get_gallery_picture(const Request& request, const Services& services);
[[nodiscard]] Reply export_person(const Request& request, const Services& services);
[[nodiscard]] Reply erase_person(const Request& request, const Services& services);
[[nodiscard]] Reply merge_people(const Request& request, const Services& services);
[[nodiscard]] Reply split_person(const Request& request, const Services& services);

// gallery_change_handlers.cpp
[[nodiscard]] Reply change_person(const Request& request, const Services& services);
[[nodiscard]] Reply add_person_pictures(const Request& request, const Services& services);
[[nodiscard]] Reply remove_person_picture(const Request& request, const Services& services);
[[nodiscard]] Reply remove_person_stay(const Request& request, const Services& services);
[[nodiscard]] Reply change_watched(const Request& request, const Services& services);
[[nodiscard]] Reply add_watched_pictures(const Request& request, const Services& services);
[[nodiscard]] Reply remove_watched_picture(const Request& request, const Services& services);

// watchlist_handlers.cpp
[[nodiscard]] Reply list_watchlist(const Request& request, const Services& services);
[[nodiscard]] Reply add_watched(const Request& request, const Services& services);
[[nodiscard]] Reply get_watched_picture(const Request& request, const Services& services);
[[nodiscard]] Reply remove_watched(const Request& request, const Services& services);
[[nodiscard]] Reply list_matches(const Request& request, const Services& services);
[[nodiscard]] Reply get_match_look(const Request& request, const Services& services);
[[nodiscard]] Reply judge_match(const Request& request, const Services& services);

// audit_handlers.cpp
[[nodiscard]] Reply list_audits(const Request& request, const Services& services);
[[nodiscard]] Reply open_audit(const Request& request, const Services& services);
[[nodiscard]] Reply close_audit(const Request& request, const Services& services);
[[nodiscard]] Reply remove_audit(const Request& request, const Services& services);
[[nodiscard]] Reply list_audit_clips(const Request& request, const Services& services);
[[nodiscard]] Reply get_audit_frame(const Request& request, const Services& services);
[[nodiscard]] Reply answer_audit_clip(const Request& request, const Services& services);
[[nodiscard]] Reply list_count_errors(const Request& request, const Services& services);

// visit_handlers.cpp
[[nodiscard]] Reply list_visits(const Request& request, const Services& services);
[[nodiscard]] Reply export_visits(const Request& request, const Services& services);

// queue_handlers.cpp
[[nodiscard]] Reply list_queues(const Request& request, const Services& services);
[[nodiscard]] Reply list_queue_forecasts(const Request& request, const Services& services);

// report_handlers.cpp
[[nodiscard]] Reply get_report(const Request& request, const Services& services);

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

// goal_handlers.cpp
[[nodiscard]] Reply get_goals(const Request& request, const Services& services);
[[nodiscard]] Reply save_goals(const Request& request, const Services& services);

// figure_tables.cpp
[[nodiscard]] Reply export_counts(const Request& request, const Services& services);
[[nodiscard]] Reply export_queues(const Request& request, const Services& services);
[[nodiscard]] Reply export_conversion(const Request& request, const Services& services);
[[nodiscard]] Reply export_goods(const Request& request, const Services& services);
[[nodiscard]] Reply export_alarms(const Request& request, const Services& services);
[[nodiscard]] Reply export_visitor_mix(const Request& request, const Services& services);

// alarm_handlers.cpp
[[nodiscard]] Reply list_alarms(const Request& request, const Services& services);
[[nodiscard]] Reply acknowledge_alarm(const Request& request, const Services& services);
[[nodiscard]] Reply add_alarm_note(const Request& request, const Services& services);
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

// teach_handlers.cpp: what goods look like
[[nodiscard]] Reply get_teaching(const Request& request, const Services& services);
[[nodiscard]] Reply add_goods_collection(const Request& request, const Services& services);
[[nodiscard]] Reply get_goods_collection(const Request& request, const Services& services);
[[nodiscard]] Reply change_goods_collection(const Request& request, const Services& services);
[[nodiscard]] Reply remove_goods_collection(const Request& request, const Services& services);
[[nodiscard]] Reply add_goods_class(const Request& request, const Services& services);
[[nodiscard]] Reply change_goods_class(const Request& request, const Services& services);
[[nodiscard]] Reply remove_goods_class(const Request& request, const Services& services);
[[nodiscard]] Reply add_goods_picture(const Request& request, const Services& services);
[[nodiscard]] Reply label_goods_picture(const Request& request, const Services& services);
[[nodiscard]] Reply remove_goods_picture(const Request& request, const Services& services);
[[nodiscard]] Reply get_goods_preview(const Request& request, const Services& services);
[[nodiscard]] Reply begin_goods_lesson(const Request& request, const Services& services);
[[nodiscard]] Reply cancel_goods_lesson(const Request& request, const Services& services);
[[nodiscard]] Reply roll_goods_back(const Request& request, const Services& services);
[[nodiscard]] Reply serve_goods_version(const Request& request, const Services& services);
[[nodiscard]] Reply remove_goods_version(const Request& request, const Services& services);
[[nodiscard]] Reply get_goods_report(const Request& request, const Services& services);
[[nodiscard]] Reply get_goods_onnx(const Request& request, const Services& services);
[[nodiscard]] Reply try_goods(const Request& request, const Services& services);

// buyer_handlers.cpp
[[nodiscard]] Reply get_buyers(const Request& request, const Services& services);
[[nodiscard]] Reply export_buyers(const Request& request, const Services& services);
[[nodiscard]] Reply list_customers(const Request& request, const Services& services);
[[nodiscard]] Reply export_customers(const Request& request, const Services& services);
[[nodiscard]] Reply get_customer(const Request& request, const Services& services);
[[nodiscard]] Reply forget_customer(const Request& request, const Services& services);
[[nodiscard]] Reply get_touched(const Request& request, const Services& services);
[[nodiscard]] Reply export_touched(const Request& request, const Services& services);
[[nodiscard]] Reply get_planogram(const Request& request, const Services& services);
[[nodiscard]] Reply save_planogram(const Request& request, const Services& services);

// campaign_handlers.cpp
[[nodiscard]] Reply list_campaigns(const Request& request, const Services& services);
[[nodiscard]] Reply add_campaign(const Request& request, const Services& services);
[[nodiscard]] Reply change_campaign(const Request& request, const Services& services);
[[nodiscard]] Reply remove_campaign(const Request& request, const Services& services);
[[nodiscard]] Reply set_campaign_audience(const Request& request, const Services& services);
[[nodiscard]] Reply add_web_events(const Request& request, const Services& services);
[[nodiscard]] Reply remove_web_events(const Request& request, const Services& services);

// campaign_effect_handlers.cpp
[[nodiscard]] Reply get_campaign_effect(const Request& request, const Services& services);
[[nodiscard]] Reply export_campaign_effect(const Request& request, const Services& services);
[[nodiscard]] Reply list_campaign_customers(const Request& request, const Services& services);
[[nodiscard]] Reply export_campaign_customers(const Request& request, const Services& services);

// online_handlers.cpp
[[nodiscard]] Reply get_online(const Request& request, const Services& services);
[[nodiscard]] Reply export_online(const Request& request, const Services& services);

// staff_handlers.cpp
[[nodiscard]] Reply get_staff(const Request& request, const Services& services);
[[nodiscard]] Reply export_staff(const Request& request, const Services& services);
[[nodiscard]] Reply get_staff_effect(const Request& request, const Services& services);
[[nodiscard]] Reply list_talks(const Request& request, const Services& services);
[[nodiscard]] Reply export_talks(const Request& request, const Services& services);

// program_handlers.cpp
[[nodiscard]] Reply get_health(const Request& request, const Services& services);
[[nodiscard]] Reply get_metrics(const Request& request, const Services& services);
[[nodiscard]] Reply get_openapi(const Request& request, const Services& services);

}  // namespace vitrina::api
