#include "api/routes/routes.h"

#include "api/routes/handlers.h"
#include "domain/customer_table.h"

namespace vitrina::api {
namespace {

Route with_query(Route route) {
    route.query = Query::kRead;
    return route;
}

}  // namespace

Router all_routes(Metrics metrics) {
    using enum Role;
    using enum Method;
    using enum Effect;
    using enum Cost;
    constexpr Permission kEverybody = Permission::everybody();
    constexpr Permission kAll = {kAdministrator, kManager, kAnalyst, kGuard, kStaff};
    constexpr Permission kOwner = {kAdministrator};
    constexpr Permission kDrawers = {kAdministrator, kManager};
    constexpr Permission kReaders = {kAdministrator, kManager, kAnalyst};  // figures
    constexpr Permission kViewers = {kAdministrator, kManager, kGuard};    // pictures
    constexpr Permission kWatchers = {kAdministrator, kManager, kAnalyst, kGuard};

    return Router({
        {kGet, "/healthz", kEverybody, kReads, get_health},
        {kGet, "/metrics", metrics == Metrics::kPublic ? kEverybody : kOwner, kReads, get_metrics},
        {kGet, "/api/openapi.json", kEverybody, kReads, get_openapi},

        {kGet, "/api/setup", kEverybody, kReads, get_setup},
        {kPost, "/api/setup", kEverybody, kChanges, set_up, kSlow},
        {kPost, "/api/sign-in", kEverybody, kChanges, sign_in, kSlow},
        {kPost, "/api/sign-out", kAll, kChanges, sign_out},
        {kPost, "/api/sign-out-everywhere", kAll, kChanges, sign_out_everywhere},
        {kGet, "/api/me", kAll, kReads, get_me},
        {kPatch, "/api/me", kAll, kChanges, change_me, kSlow},
        {kGet, "/api/users", kOwner, kReads, list_users},
        {kPost, "/api/users", kOwner, kChanges, add_user, kSlow},
        {kPatch, "/api/users/{id}", kOwner, kChanges, change_user, kSlow},
        {kDelete, "/api/users/{id}", kOwner, kChanges, remove_user},
        {kGet, "/api/tokens", kOwner, kReads, list_tokens},
        {kPost, "/api/tokens", kOwner, kChanges, add_token},
        {kDelete, "/api/tokens/{id}", kOwner, kChanges, remove_token},

        {kGet, "/api/shop", kAll, kReads, get_shop},
        {kGet, "/api/now", kAll, kReads, get_now},

        {kGet, "/api/cameras", kWatchers, kReads, list_cameras},
        {kPost, "/api/cameras", kOwner, kChanges, add_camera},
        {kPost, "/api/cameras/test", kOwner, kChanges, test_camera, kSlow},
        {kGet, "/api/cameras/{id}", kWatchers, kReads, get_camera},
        {kPatch, "/api/cameras/{id}", kOwner, kChanges, change_camera},
        {kDelete, "/api/cameras/{id}", kOwner, kChanges, remove_camera},
        {kPost, "/api/cameras/{id}/view", kDrawers, kChanges, accept_view},
        with_query({kGet, "/api/cameras/{id}/picture.jpg", kViewers, kReads, get_picture}),
        {kGet, "/api/cameras/{id}/evidence.jpg", kViewers, kReads, get_evidence, kSlow},
        {kGet, "/api/cameras/{id}/live.mp4", kViewers, kReads, watch_mp4},
        {kGet, "/api/cameras/{id}/live.mjpeg", kViewers, kReads, watch_mjpeg},
        {kGet, "/api/cameras/{id}/layout", kWatchers, kReads, get_layout},
        {kPut, "/api/cameras/{id}/layout", kDrawers, kChanges, save_layout, kQuick, kLayoutBodyBytesMax},
        {kGet, "/api/cameras/{id}/layouts", kReaders, kReads, list_layouts},

        {kGet, "/api/plan", kWatchers, kReads, get_plan},
        {kPut, "/api/plan", kDrawers, kChanges, save_plan, kQuick, kLayoutBodyBytesMax},
        {kGet, "/api/plans", kReaders, kReads, list_plans},
        with_query(
            {kPost, "/api/plan/drawings", kDrawers, kChanges, add_drawing, kSlow, kDrawingBodyBytesMax}),
        {kGet, "/api/plan/drawings/{id}", kWatchers, kReads, get_drawing},
        {kPost, "/api/plan/calibration", kDrawers, kChanges, fit_calibration, kSlow},

        with_query({kGet, "/api/live", kViewers, kReads, listen_to_tracks}),
        with_query({kGet, "/api/live.mjpeg", kViewers, kReads, watch_wall}),
        with_query({kGet, "/api/events", kWatchers, kReads, listen_to_facts}),
        with_query({kGet, "/api/events.json", kWatchers, kReads, list_facts}),

        with_query({kGet, "/api/counts", kReaders, kReads, get_counts}),
        with_query({kGet, "/api/visits", kReaders, kReads, list_visits}),
        with_query({kGet, "/api/visits.csv", kReaders, kReads, export_visits}),
        with_query({kGet, "/api/queues", kReaders, kReads, list_queues}),
        {kGet, "/api/queues/forecast", kReaders, kReads, list_queue_forecasts},
        with_query({kGet, "/api/crossings", kReaders, kReads, list_crossings}),
        with_query({kGet, "/api/crossings.csv", kReaders, kReads, export_crossings}),
        with_query({kGet, "/api/touches", kReaders, kReads, list_touches}),
        with_query({kGet, "/api/visitors/mix", kReaders, kReads, get_visitor_mix}),
        with_query({kGet, "/api/touches.csv", kReaders, kReads, export_touches}),
        with_query({kGet, "/api/receipts", kReaders, kReads, list_receipts}),
        {kPost, "/api/receipts", kDrawers, kAddsReceipts, add_receipt, kQuick, kReceiptBodyBytesMax},
        {kPost, "/api/receipts/batch", kDrawers, kAddsReceipts, add_receipts, kQuick, kReceiptsBodyBytesMax},
        {kGet, "/api/receipts/{id}", kReaders, kReads, get_receipt},
        with_query({kGet, "/api/receipts.csv", kReaders, kReads, export_receipts}),
        {kGet, "/api/tills", kReaders, kReads, list_tills},
        {kPut, "/api/tills/{id}", kDrawers, kChanges, save_till},
        {kDelete, "/api/tills/{id}", kDrawers, kChanges, remove_till},
        with_query({kGet, "/api/conversion", kReaders, kReads, get_conversion}),
        with_query({kGet, "/api/goods", kReaders, kReads, get_goods}),
        with_query({kGet, "/api/goods/touched", kReaders, kReads, get_touched, kReport}),
        with_query({kGet, "/api/goods/touched.csv", kReaders, kReads, export_touched, kReport}),
        {kGet, "/api/planogram", kReaders, kReads, get_planogram},
        {kPut, "/api/planogram", kDrawers, kChanges, save_planogram, kReport, kCustomerTableBytesMax},
        with_query({kGet, "/api/buyers", kReaders, kReads, get_buyers, kReport}),
        with_query({kGet, "/api/buyers.csv", kReaders, kReads, export_buyers, kReport}),
        with_query({kGet, "/api/customers", kDrawers, kReads, list_customers, kReport}),
        with_query({kGet, "/api/customers.csv", kDrawers, kReads, export_customers, kReport}),
        with_query({kGet, "/api/customers/{id}", kDrawers, kReads, get_customer, kReport}),
        {kDelete, "/api/customers/{id}", kDrawers, kChanges, forget_customer},
        {kGet, "/api/campaigns", kReaders, kReads, list_campaigns},
        {kPost, "/api/campaigns", kDrawers, kChanges, add_campaign},
        {kPut, "/api/campaigns/{id}", kDrawers, kChanges, change_campaign},
        {kDelete, "/api/campaigns/{id}", kDrawers, kChanges, remove_campaign},
        with_query({kPut, "/api/campaigns/{id}/audience", kDrawers, kChanges, set_campaign_audience, kReport,
                    kCustomerTableBytesMax}),
        {kGet, "/api/campaigns/{id}/effect", kReaders, kReads, get_campaign_effect, kReport},
        {kGet, "/api/campaigns/{id}/effect.csv", kReaders, kReads, export_campaign_effect, kReport},
        with_query(
            {kGet, "/api/campaigns/{id}/customers", kDrawers, kReads, list_campaign_customers, kReport}),
        {kGet, "/api/campaigns/{id}/customers.csv", kDrawers, kReads, export_campaign_customers, kReport},
        {kPost, "/api/web-events", kDrawers, kChanges, add_web_events, kReport, kCustomerTableBytesMax},
        {kDelete, "/api/web-events", kDrawers, kChanges, remove_web_events},
        with_query({kGet, "/api/online", kReaders, kReads, get_online, kReport}),
        with_query({kGet, "/api/online.csv", kReaders, kReads, export_online, kReport}),
        with_query({kGet, "/api/alarms", kWatchers, kReads, list_alarms}),
        {kGet, "/api/alarms/live", kWatchers, kReads, listen_to_alarms},
        {kPost, "/api/alarms/{id}/acknowledge", kViewers, kChanges, acknowledge_alarm},
        {kGet, "/api/rules", kWatchers, kReads, list_rules},
        {kPost, "/api/rules", kDrawers, kChanges, add_rule},
        {kPut, "/api/rules/{id}", kDrawers, kChanges, change_rule},
        {kDelete, "/api/rules/{id}", kDrawers, kChanges, remove_rule},
        {kGet, "/api/channels", kDrawers, kReads, list_channels},
        {kPost, "/api/channels", kOwner, kChanges, add_channel},
        {kPut, "/api/channels/{id}", kOwner, kChanges, change_channel},
        {kDelete, "/api/channels/{id}", kOwner, kChanges, remove_channel},
        {kPost, "/api/channels/{id}/test", kOwner, kChanges, test_channel},
        with_query({kGet, "/api/space", kReaders, kReads, get_space, kReport}),
        with_query({kGet, "/api/space.csv", kReaders, kReads, export_space, kReport}),
        with_query({kGet, "/api/space/compare", kReaders, kReads, compare_space, kReport}),
        with_query({kGet, "/api/space/compare.csv", kReaders, kReads, export_comparison, kReport}),
        with_query({kGet, "/api/heat", kReaders, kReads, get_heat}),
        with_query({kGet, "/api/paths", kWatchers, kReads, get_paths}),
        {kGet, "/api/people", kDrawers, kReads, list_people},
        with_query({kGet, "/api/people/{id}/look.jpg", kDrawers, kReads, get_look}),
        {kPut, "/api/people/{id}/mark", kDrawers, kChanges, mark_person},
        with_query({kGet, "/api/staff", kReaders, kReads, get_staff, kReport}),
        with_query({kGet, "/api/staff.csv", kReaders, kReads, export_staff, kReport}),
        with_query({kGet, "/api/staff/effect", kReaders, kReads, get_staff_effect, kReport}),
        with_query({kGet, "/api/talks", kReaders, kReads, list_talks, kReport}),
        with_query({kGet, "/api/talks.csv", kReaders, kReads, export_talks, kReport}),
        {kDelete, "/api/taught", kDrawers, kChanges, forget_all_taught},
        {kDelete, "/api/taught/{id}", kDrawers, kChanges, forget_staff},
        {kGet, "/api/teach", kDrawers, kReads, get_teaching},
        {kPost, "/api/teach/collections", kDrawers, kChanges, add_goods_collection},
        {kGet, "/api/teach/collections/{id}", kDrawers, kReads, get_goods_collection},
        {kPatch, "/api/teach/collections/{id}", kDrawers, kChanges, change_goods_collection},
        {kDelete, "/api/teach/collections/{id}", kDrawers, kChanges, remove_goods_collection},
        {kPost, "/api/teach/collections/{id}/classes", kDrawers, kChanges, add_goods_class},
        with_query({kPost, "/api/teach/collections/{id}/pictures", kDrawers, kChanges, add_goods_picture,
                    kSlow, kGoodsPictureBodyBytesMax}),
        {kPost, "/api/teach/collections/{id}/lesson", kDrawers, kChanges, begin_goods_lesson},
        {kPost, "/api/teach/collections/{id}/roll-back", kDrawers, kChanges, roll_goods_back},
        with_query({kPost, "/api/teach/collections/{id}/try", kDrawers, kChanges, try_goods, kSlow,
                    kGoodsPictureBodyBytesMax}),
        {kPatch, "/api/teach/classes/{id}", kDrawers, kChanges, change_goods_class},
        {kDelete, "/api/teach/classes/{id}", kDrawers, kChanges, remove_goods_class},
        {kPatch, "/api/teach/pictures/{id}", kDrawers, kChanges, label_goods_picture},
        {kDelete, "/api/teach/pictures/{id}", kDrawers, kChanges, remove_goods_picture},
        {kGet, "/api/teach/pictures/{id}/preview.jpg", kDrawers, kReads, get_goods_preview},
        {kDelete, "/api/teach/lesson", kDrawers, kChanges, cancel_goods_lesson},
        {kPut, "/api/teach/versions/{id}/service", kDrawers, kChanges, serve_goods_version},
        {kDelete, "/api/teach/versions/{id}", kDrawers, kChanges, remove_goods_version},
        {kGet, "/api/teach/versions/{id}/report.html", kDrawers, kReads, get_goods_report},
        {kGet, "/api/teach/versions/{id}/model.onnx", kDrawers, kReads, get_goods_onnx},
        {kGet, "/api/privacy", kViewers, kReads, get_privacy},
        {kPatch, "/api/privacy", kOwner, kChanges, change_privacy},
        with_query({kGet, "/api/privacy/looks", kOwner, kReads, list_looks}),
        with_query({kGet, "/api/privacy/looks/verify", kOwner, kReads, verify_looks, kSlow}),
        {kGet, "/api/gallery", kDrawers, kReads, list_gallery},
        {kPost, "/api/gallery", kDrawers, kChanges, enrol, kSlow, kPhotographsBodyBytesMax},
        {kGet, "/api/gallery/{id}", kDrawers, kReads, get_gallery_person},
        {kDelete, "/api/gallery/{id}", kDrawers, kChanges, erase_person},
        {kGet, "/api/gallery/{id}/export.json", kDrawers, kReads, export_person},
        {kGet, "/api/gallery/{id}/pictures/{picture}", kDrawers, kReads, get_gallery_picture},
        {kPost, "/api/gallery/{id}/merge", kDrawers, kChanges, merge_people},
        {kPost, "/api/gallery/{id}/split", kDrawers, kChanges, split_person},
        {kGet, "/api/watchlist", kViewers, kReads, list_watchlist},
        {kPost, "/api/watchlist", kDrawers, kChanges, add_watched, kSlow, kPhotographsBodyBytesMax},
        {kGet, "/api/watchlist/matches", kViewers, kReads, list_matches},
        {kGet, "/api/watchlist/matches/{id}/look.jpg", kViewers, kReads, get_match_look},
        {kPost, "/api/watchlist/matches/{id}/verdict", kViewers, kChanges, judge_match},
        {kGet, "/api/watchlist/{id}/pictures/{picture}", kViewers, kReads, get_watched_picture},
        {kDelete, "/api/watchlist/{id}", kDrawers, kChanges, remove_watched},
        {kGet, "/api/audits", kDrawers, kReads, list_audits},
        {kPost, "/api/audits", kDrawers, kChanges, open_audit},
        {kPost, "/api/audits/{id}/close", kDrawers, kChanges, close_audit},
        {kDelete, "/api/audits/{id}", kDrawers, kChanges, remove_audit},
        {kGet, "/api/audits/{id}/clips", kDrawers, kReads, list_audit_clips},
        with_query({kGet, "/api/audit-clips/{id}/frame.jpg", kDrawers, kReads, get_audit_frame}),
        {kPut, "/api/audit-clips/{id}/answer", kDrawers, kChanges, answer_audit_clip},
        {kGet, "/api/count-errors", kReaders, kReads, list_count_errors},
        with_query({kGet, "/api/outages", kWatchers, kReads, list_outages}),
        with_query({kGet, "/api/troubles", kWatchers, kReads, list_troubles}),
    });
}

}  // namespace vitrina::api
