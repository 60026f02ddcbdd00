// Points, boxes and polygons in a plane, in whatever unit the caller uses (pixels of the picture here).
// x grows to the right and y downwards, as in pictures. Plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vitrina {

struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// An axis-parallel box: top left corner and size.
struct Box {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    friend bool operator==(const Box&, const Box&) = default;

    [[nodiscard]] double right() const { return x + width; }
    [[nodiscard]] double bottom() const { return y + height; }
    [[nodiscard]] double area() const { return width * height; }
    [[nodiscard]] Point center() const { return {x + width / 2, y + height / 2}; }
    /// Where a standing person's feet are: the middle of the lower edge.
    [[nodiscard]] Point foot() const { return {x + width / 2, y + height}; }
    [[nodiscard]] Box scaled(double by_x, double by_y) const {
        return {x * by_x, y * by_y, width * by_x, height * by_y};
    }
};

/// Intersection over union, 0..1; 0 when either box is empty.
[[nodiscard]] double iou(const Box& a, const Box& b);

/// The part of `box` inside a picture of this size; empty (width or height 0) when there is none.
[[nodiscard]] Box clip(const Box& box, double width, double height);

/// A closed polygon without holes: the last vertex joins the first, which is not repeated.
using Polygon = std::vector<Point>;

/// Inside or on the edge.
[[nodiscard]] bool contains(const Polygon& polygon, Point point);

/// Why a polygon can't be used: fewer than three distinct corners, edges that cross, no area. Empty when it
/// is fine.
[[nodiscard]] std::optional<std::string> why_invalid(const Polygon& polygon);

/// Which side of the directed line from -> to a point is on: positive on the right of someone who walks from
/// `from` to `to` in the picture (y down), negative on the left, zero on the line.
[[nodiscard]] double side_of(Point from, Point to, Point point);

/// The share (0..1) of the way a -> b at which it meets the segment c - d; empty when it does not.
[[nodiscard]] std::optional<double> crossing_of(Point a, Point b, Point c, Point d);

}  // namespace vitrina
