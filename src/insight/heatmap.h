// How long feet were where: seconds of presence on a grid over the layout's picture. Whole microseconds
// inside, so the order of the sightings of different people changes nothing. One thread at a time.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina::insight {

struct HeatMapOptions {
    /// Cells across the width of the picture; cells are square. 96 gives 8 pixels of 768: about a foot's
    /// length in the middle of a room. Cost: 8 bytes a cell. A picture that is far higher than wide gets
    /// fewer.
    int columns = 96;

    /// Between two sightings of a person up to this far apart the feet are taken to have moved evenly. Of a
    /// longer gap only this much is counted, half at each end: where they were in between is not known.
    Duration gap_max = std::chrono::milliseconds(1000);
};

class HeatMap {
  public:
    /// The layout's picture, in pixels; both sides above zero.
    HeatMap(double width, double height, const HeatMapOptions& options = {});

    /// A sighting, of one person in time order; one that is not later than the last of this person is
    /// ignored. Places outside the picture count at its edge.
    void observe(const Sighting& sighting);

    /// Forgets where the person was last.
    void person_left(PersonId person) { last_.erase(person); }

    [[nodiscard]] double width() const { return width_; }    // of the picture
    [[nodiscard]] double height() const { return height_; }  // of the picture
    [[nodiscard]] int columns() const { return columns_; }
    [[nodiscard]] int rows() const { return rows_; }
    [[nodiscard]] double cell_size() const {
        return cell_;
    }  // pixels of the picture; the last row may be cut
    [[nodiscard]] Duration time_in(int column, int row) const;
    [[nodiscard]] Duration total() const;
    /// Row by row from the top, rows() * columns() values.
    [[nodiscard]] std::vector<double> seconds() const;

    struct Cell {
        int column = 0;
        int row = 0;
        Duration time{};
    };
    /// The cells in which somebody was since the last take(); the map then begins anew, but remembers where
    /// everybody is.
    [[nodiscard]] std::vector<Cell> take();

  private:
    struct Last {
        SourceTime at;
        Point place;
    };

    void add(Point place, Duration time);

    double width_;
    double height_;
    int columns_;
    int rows_;
    double cell_;
    Duration gap_max_;
    std::vector<std::int64_t> microseconds_;
    std::unordered_map<PersonId, Last> last_;
};

}  // namespace vitrina::insight
