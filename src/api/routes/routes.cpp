#include "api/routes/routes.h"

#include "api/routes/handlers.h"

namespace vitrina::api {

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
        {kGet, "/api/cameras/{id}/picture.jpg", kViewers, kReads, get_picture},
        {kGet, "/api/cameras/{id}/evidence.jpg", kViewers, kReads, get_evidence, kSlow},
        {kGet, "/api/cameras/{id}/live.mp4", kViewers, kReads, watch_mp4},
        {kGet, "/api/cameras/{id}/live.mjpeg", kViewers, kReads, watch_mjpeg},
        {kGet, "/api/cameras/{id}/layout", kWatchers, kReads, get_layout},
        {kPut, "/api/cameras/{id}/layout", kDrawers, kChanges, save_layout, kQuick, kLayoutBodyBytesMax},
        {kGet, "/api/cameras/{id}/layouts", kReaders, kReads, list_layouts},

        {kGet, "/api/plan", kWatchers, kReads, get_plan},
        {kPut, "/api/plan", kDrawers, kChanges, save_plan, kQuick, kLayoutBodyBytesMax},
        {kGet, "/api/plans", kReaders, kReads, list_plans},
        {kPost, "/api/plan/drawings", kDrawers, kChanges, add_drawing, kSlow, kDrawingBodyBytesMax},
        {kGet, "/api/plan/drawings/{id}", kWatchers, kReads, get_drawing},
        {kPost, "/api/plan/calibration", kDrawers, kChanges, fit_calibration, kSlow},

        {kGet, "/api/live", kViewers, kReads, listen_to_tracks},
        {kGet, "/api/live.mjpeg", kViewers, kReads, watch_wall},
        {kGet, "/api/events", kWatchers, kReads, listen_to_facts},
        {kGet, "/api/events.json", kWatchers, kReads, list_facts},

        {kGet, "/api/counts", kReaders, kReads, get_counts},
        {kGet, "/api/visits", kReaders, kReads, list_visits},
        {kGet, "/api/visits.csv", kReaders, kReads, export_visits},
        {kGet, "/api/queues", kReaders, kReads, list_queues},
        {kGet, "/api/queues/forecast", kReaders, kReads, list_queue_forecasts},
        {kGet, "/api/crossings", kReaders, kReads, list_crossings},
        {kGet, "/api/crossings.csv", kReaders, kReads, export_crossings},
        {kGet, "/api/touches", kReaders, kReads, list_touches},
        {kGet, "/api/touches.csv", kReaders, kReads, export_touches},
        {kGet, "/api/receipts", kReaders, kReads, list_receipts},
        {kPost, "/api/receipts", kDrawers, kAddsReceipts, add_receipt, kQuick, kReceiptBodyBytesMax},
        {kPost, "/api/receipts/batch", kDrawers, kAddsReceipts, add_receipts, kQuick, kReceiptsBodyBytesMax},
        {kGet, "/api/receipts/{id}", kReaders, kReads, get_receipt},
        {kGet, "/api/receipts.csv", kReaders, kReads, export_receipts},
        {kGet, "/api/tills", kReaders, kReads, list_tills},
        {kPut, "/api/tills/{id}", kDrawers, kChanges, save_till},
        {kDelete, "/api/tills/{id}", kDrawers, kChanges, remove_till},
        {kGet, "/api/conversion", kReaders, kReads, get_conversion},
        {kGet, "/api/goods", kReaders, kReads, get_goods},
        {kGet, "/api/alarms", kWatchers, kReads, list_alarms},
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
        {kGet, "/api/space", kReaders, kReads, get_space, kSlow},
        {kGet, "/api/space.csv", kReaders, kReads, export_space, kSlow},
        {kGet, "/api/space/compare", kReaders, kReads, compare_space, kSlow},
        {kGet, "/api/space/compare.csv", kReaders, kReads, export_comparison, kSlow},
        {kGet, "/api/heat", kReaders, kReads, get_heat},
        {kGet, "/api/paths", kWatchers, kReads, get_paths},
        {kGet, "/api/people", kDrawers, kReads, list_people},
        {kGet, "/api/people/{id}/look.jpg", kDrawers, kReads, get_look},
        {kPut, "/api/people/{id}/mark", kDrawers, kChanges, mark_person},
        {kDelete, "/api/taught", kDrawers, kChanges, forget_all_taught},
        {kDelete, "/api/taught/{id}", kDrawers, kChanges, forget_staff},
        {kGet, "/api/outages", kWatchers, kReads, list_outages},
        {kGet, "/api/troubles", kWatchers, kReads, list_troubles},
    });
}

}  // namespace vitrina::api
