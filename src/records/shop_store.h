// What the shop is made of: its cameras, their layouts over time, their heat maps and their health. See
// database.h for threads and errors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/layout.h"
#include "domain/picture_trouble.h"
#include "domain/plan.h"
#include "records/database.h"

namespace vitrina::records {

/// A camera that was added in the browser. Those of vitrina.yaml are not in the records.
struct CameraRecord {
    std::string id;             // [a-z0-9-]{1,32}; stands in events; never given to another camera
    std::string name;           // for reading
    std::string address;        // without user and password
    std::string view_address;   // of the main stream; empty: the same
    std::string sealed_secret;  // user and password, sealed by privacy::Sealer; opaque here; may be empty
    bool paused = false;
    UtcTime added;
    bool udp = false;  // RTSP over UDP; TCP otherwise
};

struct LayoutVersion {
    std::string camera;
    std::string version;  // unique in the shop, stands in each event
    UtcTime valid_from;
    UtcTime saved;
    std::string author;
    Layout layout;  // its version is the one above
};

/// How a saved layout relates to the one before.
enum class LayoutChange : std::uint8_t {
    kDrawnWrong,  // replaces it from where it was valid
    kMovedNow,    // begins at the moment of saving
};

/// The shop's floor plan, as it was from a moment on.
struct PlanVersion {
    std::string version;  // unique in the shop, stands in each event
    UtcTime valid_from;
    UtcTime saved;
    std::string author;
    Plan plan;  // its version is the one above
};

/// What lies below the floor plan.
struct PlanDrawing {
    std::string id;  // of the content
    std::vector<std::uint8_t> png;
    int width = 0;  // px
    int height = 0;
};

struct HeatCell {
    int column = 0;
    int row = 0;
    std::int64_t microseconds = 0;
};

struct HeatGrid {
    double width = 0;  // of the layout's picture, pixels
    double height = 0;
    int columns = 0;
    int rows = 0;
    std::vector<double> seconds;  // row by row from the top
};

/// A time in which a camera gave no pictures, or this program did not run.
struct Outage {
    std::string camera;
    UtcTime begin;
    std::optional<UtcTime> end;  // none: still going on
    std::string reason;          // for people
    std::string reason_code;     // for programs
};

/// A time in which pictures came with which something was wrong. Facts of that time carry a note.
struct TroubleRecord {
    std::string camera;
    PictureTrouble trouble = PictureTrouble::kFrozen;
    UtcTime begin;
    std::optional<UtcTime> end;  // none: still going on
    ViewMove move;               // of kMoved
};

class ShopStore {
  public:
    explicit ShopStore(std::shared_ptr<Database> database);
    ~ShopStore();

    [[nodiscard]] Result<std::vector<CameraRecord>> cameras() const;
    /// Adds or replaces the camera of this id. A removed camera's id is refused, and one of other characters.
    [[nodiscard]] Result<void> save_camera(const CameraRecord& camera);
    /// Its facts stay, its addresses and secret go. Unknown ids are an error.
    [[nodiscard]] Result<void> remove_camera(const std::string& id);

    /// Gives the layout a new version ("2026-11-23.1", ".2" ... of the UTC day) and keeps the one before. The
    /// first of a camera that is kDrawnWrong is valid since 1970: from the start. Fails for a layout that
    /// parse_layout() would refuse.
    [[nodiscard]] Result<LayoutVersion> save_layout(const std::string& camera, Layout layout,
                                                    LayoutChange change, UtcTime now,
                                                    const std::string& author);
    /// The one that is valid at the instant; none when none was saved.
    [[nodiscard]] Result<std::optional<LayoutVersion>> layout_at(const std::string& camera,
                                                                 UtcTime instant) const;
    /// All that were ever saved, newest first; also those that were drawn wrong and are valid no more.
    [[nodiscard]] Result<std::vector<LayoutVersion>> layouts(const std::string& camera) const;

    /// The same of the floor plan. Fails for a plan that parse_plan() would refuse.
    [[nodiscard]] Result<PlanVersion> save_plan(Plan plan, LayoutChange change, UtcTime now,
                                                const std::string& author);
    [[nodiscard]] Result<std::optional<PlanVersion>> plan_at(UtcTime instant) const;
    [[nodiscard]] Result<std::vector<PlanVersion>> plans() const;

    /// Gives the drawing the id of its content. Those of which no plan was made within a day are forgotten.
    [[nodiscard]] Result<PlanDrawing> save_drawing(PlanDrawing drawing, UtcTime now);
    [[nodiscard]] Result<std::optional<PlanDrawing>> drawing(const std::string& id) const;

    /// Adds time to cells of the hour that begins at `hour`. The grid's form (columns, rows, shape of the
    /// picture) belongs to the camera; when it changes, a new series begins, and one that comes back goes on
    /// with its own.
    [[nodiscard]] Result<void> add_heat(const std::string& camera, UtcTime hour, const HeatGrid& form,
                                        std::span<const HeatCell> cells);
    /// The sum over the hours that begin in [from, to), in the form that the camera's grid had last in them,
    /// or the newest when there is nothing then; what has another form is left out. Empty grid (columns 0)
    /// when there is nothing at all.
    [[nodiscard]] Result<HeatGrid> heat(const std::string& camera, UtcTime from, UtcTime to) const;

    /// Begins an outage unless one is open for this camera; ends the open one, if there is one. The camera ""
    /// is this program.
    [[nodiscard]] Result<void> outage_began(const std::string& camera, UtcTime at, const std::string& reason,
                                            const std::string& reason_code = "other");
    [[nodiscard]] Result<void> outage_ended(const std::string& camera, UtcTime at);
    /// Those that reach into [from, to), in the order in which they began.
    [[nodiscard]] Result<std::vector<Outage>> outages(UtcTime from, UtcTime to) const;

    /// When the oldest that is kept began; none when there is none.
    [[nodiscard]] Result<std::optional<UtcTime>> first_outage() const;

    /// Begins a trouble unless it is open for this camera; how far the view has moved is kept up to date.
    [[nodiscard]] Result<void> trouble_began(const TroubleRecord& trouble);
    [[nodiscard]] Result<void> trouble_ended(const std::string& camera, PictureTrouble trouble, UtcTime at);
    /// Ends all that are open, of all cameras: what an earlier process saw is not known to go on.
    [[nodiscard]] Result<void> end_troubles(UtcTime at);
    /// Those that reach into [from, to), in the order in which they began.
    [[nodiscard]] Result<std::vector<TroubleRecord>> troubles(UtcTime from, UtcTime to) const;

    /// What a camera shows when it stands as it should (video::PictureWatch), opaque here; empty when it is
    /// not known, and to forget it.
    [[nodiscard]] Result<void> save_view(const std::string& camera, const std::vector<std::uint8_t>& view);
    [[nodiscard]] Result<std::vector<std::uint8_t>> view(const std::string& camera) const;

    /// What was learnt of a camera's queues (pipeline::QueueOutlook), opaque here; empty when it is not
    /// known.
    [[nodiscard]] Result<void> save_forecast(const std::string& camera, const std::string& memory);
    [[nodiscard]] Result<std::string> forecast(const std::string& camera) const;
    /// What the shop wants to reach, as text that is not looked into here; empty: nobody said.
    [[nodiscard]] Result<void> save_goals(const std::string& goals);
    [[nodiscard]] Result<std::string> goals() const;

    /// When this program was last known to run; to be told every few seconds, and read at the start to know
    /// how long it was away.
    [[nodiscard]] Result<void> alive(UtcTime now);
    [[nodiscard]] Result<std::optional<UtcTime>> last_alive() const;

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
