// Looks at a camera's pictures once a second and tells what is wrong with them: frozen, black, overexposed,
// covered, blurred, moved from the view that was learnt. Told once it has lasted, gone once it is over; light
// that changes, people who pass and compression are none of them. How: src/video/README.md, "Camera health".
// A deterministic function of the pictures and their times. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"
#include "domain/picture_trouble.h"
#include "video/picture_look.h"
#include "video/view_match.h"

namespace vitrina::video {

/// Every look costs about 3 ms of a picture of 1080 lines.
inline constexpr Duration kLookEvery = std::chrono::seconds(1);
/// What lasts shorter is somebody's head before the lens, or a lamp that is switched.
inline constexpr Duration kTroubleAfter = std::chrono::seconds(10);
inline constexpr Duration kTroubleOverAfter = std::chrono::seconds(5);
/// What must be seen, with the time that a still picture needs to be called frozen, is seen within 30 s.
inline constexpr Duration kFrozenAfter = std::chrono::seconds(12);        // not one pixel changed
inline constexpr Duration kNearlyFrozenAfter = std::chrono::seconds(20);  // but for what coding does
static_assert(kNearlyFrozenAfter < std::chrono::seconds(30));

struct TroubleState {
    PictureTrouble trouble = PictureTrouble::kFrozen;
    SourceTime since;  // when it began, not when it was told
    ViewMove move;     // of kMoved
};

class PictureWatch {
  public:
    /// Takes note of the picture, unless the last look was less than kLookEvery ago. `time` grows. Whether it
    /// looked.
    bool see(const Picture& picture, SourceTime time);
    /// No pictures come: what was wrong with them is not known any more.
    void lost();

    /// What is wrong now, in the order of the enumeration.
    [[nodiscard]] std::vector<TroubleState> troubles() const;

    /// The present view is right: it is learnt anew. What moves by and by is judged by it too.
    void accept_view();
    /// The view that was learnt, to be kept over a restart; nothing until it is known well.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> view() const;
    /// Goes on with a view that was kept. Fails when it can't be one.
    [[nodiscard]] Result<void> set_view(std::span<const std::uint8_t> bytes);

  private:
    static constexpr std::size_t kKinds = 6;  // of troubles of pictures
    /// Brightness of 16 x 16 parts: what is left of a scene when it is blurred.
    using Coarse = std::array<float, 256>;

    struct Spell {
        std::optional<SourceTime> since;
        SourceTime last;
        bool told = false;
    };
    /// What the camera shows when all is well.
    struct Reference {
        EdgeField edges;
        Coarse coarse{};
        double sharpness = 0;
        double mean = 0;
        int looks = 0;
    };

    struct Findings {
        std::array<bool, kKinds> has{};
        [[nodiscard]] bool& operator[](PictureTrouble trouble) {
            return has.at(static_cast<std::size_t>(trouble));
        }
    };

    [[nodiscard]] Findings judge(const PictureLook& look, SourceTime time);
    [[nodiscard]] bool is_frozen(const PictureLook& look, SourceTime time);
    [[nodiscard]] bool is_moved(const PictureLook& look, const BlockMatch& match, SourceTime time);
    [[nodiscard]] bool has_left(const PictureLook& look, const BlockMatch& match, SourceTime time);
    void find_move(const PictureLook& look);
    void find_drift(const PictureLook& look);
    /// How the view lies to where it should be; null when it is not known.
    [[nodiscard]] const ViewShift* moved_by() const;
    void learn(const PictureLook& look);
    void note(const Findings& findings, SourceTime time);
    [[nodiscard]] static Coarse coarse_of(const SmallPicture& small);

    Reference reference_;             // follows the scene
    EdgeField anchor_;                // what it was when it was accepted, or first known: never follows
    std::optional<ViewShift> drift_;  // of the view from the anchor, when last found
    bool is_home_ = false;            // the view is surely that of the anchor
    bool has_left_ = false;           // it is not that of the reference
    std::optional<SourceTime> anchored_;
    std::array<Spell, kKinds> spells_;
    std::optional<SourceTime> last_look_;
    std::optional<PictureLook> previous_;
    std::optional<SourceTime> same_since_;    // not a pixel changed
    std::optional<SourceTime> nearly_since_;  // hardly one
    std::deque<EdgeField> recent_;            // the last looks, to know a view that stands still
    std::optional<ViewShift> shift_;
    std::optional<SourceTime> searched_;
    double scale_ = 1;  // pixels of the picture in one of the small picture
};

}  // namespace vitrina::video
