// Faces of the people before one live camera, looked at as often as there is time left. One thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/face_look.h"
#include "domain/frame.h"
#include "perceive/face_eyes.h"
#include "pipeline/face_schedule.h"
#include "pipeline/live_poses.h"
#include "pipeline/shop.h"

namespace vitrina::pipeline {

/// What one of the networks' threads has to look at faces with.
struct FaceWork {
    /// Looks at faces may take so much of a network's thread: detection keeps its rate beside them.
    static constexpr double kShare = 0.25;

    /// Made when first wanted; null: there are none. Empty: nobody looks at faces.
    std::function<perceive::FaceEyes*()> eyes;
    FaceLookSink* sink = nullptr;  // where looks go
    ShareOfTime time{kShare};
};

class LiveFaces {
  public:
    /// More hold a picture up; others have their turn in the next one.
    static constexpr std::size_t kLooksMax = 2;

    /// The people of this picture, boxes in its pixels. Faces of which anything is to be told go to the sink.
    /// Fails when a network does.
    [[nodiscard]] Result<void> look(FaceWork& work, const Picture& picture, const LiveTracks& tracks,
                                    SourceTime now);

  private:
    FaceSchedule schedule_;
};

/// The face that is `people[which]`'s, of those that were found around his head; null: none is.
[[nodiscard]] const perceive::Face* face_of(const std::vector<perceive::Face>& faces,
                                            std::span<const LivePerson> people, std::size_t which,
                                            const HeadPlace& head, const Picture& picture);

/// The face with a little around it, at most `side_max` pixels wide and high.
[[nodiscard]] Picture face_picture(const Picture& picture, const Box& face, int side_max);

/// What one look at a face says: quality, sex, age, and where asked for the descriptor and a picture.
[[nodiscard]] Result<FaceLook> look_at(perceive::FaceEyes& eyes, const Picture& picture,
                                       const perceive::Face& face, bool with_descriptor);

}  // namespace vitrina::pipeline
