#include "video/picture_watch.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <random>

#include <gmock/gmock.h>

namespace vitrina::video {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kWidth = 384;
constexpr int kHeight = 216;
constexpr int kMargin = 96;  // of the scene around the view, for cameras that are moved

/// A shop: boxes of many sizes, larger than the view.
class Scene {
  public:
    explicit Scene(unsigned seed) : random_(seed) {
        grey_.assign(std::size_t{kSceneWidth} * kSceneHeight, 110);
        std::uniform_int_distribution<int> left(0, kSceneWidth - 1);
        std::uniform_int_distribution<int> top(0, kSceneHeight - 1);
        std::uniform_int_distribution<int> size(6, 70);
        std::uniform_int_distribution<int> level(30, 210);
        for (int i = 0; i < 220; ++i) {
            const int x0 = left(random_);
            const int y0 = top(random_);
            const int x1 = std::min(kSceneWidth, x0 + size(random_));
            const int y1 = std::min(kSceneHeight, y0 + size(random_));
            const auto grey = static_cast<float>(level(random_));
            for (int y = y0; y < y1; ++y)
                for (int x = x0; x < x1; ++x)
                    grey_[static_cast<std::size_t>(y) * kSceneWidth + static_cast<std::size_t>(x)] = grey;
        }
    }

    /// What a camera sees that was moved so, with the noise of its sensor.
    [[nodiscard]] Picture picture(const ViewMove& move = {}, double noise = 2) {
        Picture picture{kWidth, kHeight, std::vector<std::uint8_t>(std::size_t{kWidth} * kHeight * 3)};
        const double angle = -move.rotation_deg * std::numbers::pi / 180;
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const double right = x - kWidth / 2.0 - move.dx_px;
                const double down = y - kHeight / 2.0 - move.dy_px;
                const double from_x = (std::cos(angle) * right - std::sin(angle) * down) / move.zoom;
                const double from_y = (std::sin(angle) * right + std::cos(angle) * down) / move.zoom;
                set(picture, x, y, at(from_x + kWidth / 2.0 + kMargin, from_y + kHeight / 2.0 + kMargin));
            }
        }
        add_noise(picture, noise);
        return picture;
    }

    /// Of a sensor: drawn once, and laid on each picture from another place.
    void add_noise(Picture& picture, double noise) {
        if (noise_.empty()) {
            std::normal_distribution<float> spread(0, 1);
            noise_.resize(65'537);
            std::generate(noise_.begin(), noise_.end(), [&] { return spread(random_); });
        }
        std::size_t at = random_() % noise_.size();
        for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
            at = at + 1 == noise_.size() ? 0 : at + 1;
            const auto level =
                static_cast<std::uint8_t>(std::clamp(picture.rgb[i] + noise * noise_[at], 0.0, 255.0));
            std::fill_n(picture.rgb.begin() + static_cast<std::ptrdiff_t>(i), 3, level);
        }
    }

    static void set(Picture& picture, int x, int y, double grey) {
        std::uint8_t* const pixel =
            picture.rgb.data() + (static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)) * 3;
        std::fill(pixel, pixel + 3, static_cast<std::uint8_t>(std::clamp(grey, 0.0, 255.0)));
    }

  private:
    static constexpr int kSceneWidth = kWidth + 2 * kMargin;
    static constexpr int kSceneHeight = kHeight + 2 * kMargin;

    [[nodiscard]] double at(double x, double y) const {
        const double left = std::clamp(x, 0.0, kSceneWidth - 1.001);
        const double top = std::clamp(y, 0.0, kSceneHeight - 1.001);
        const auto column = static_cast<std::size_t>(left);
        const auto row = static_cast<std::size_t>(top);
        const double right = left - std::floor(left);
        const double down = top - std::floor(top);
        const auto grey = [&](std::size_t dy, std::size_t dx) {
            return double{grey_[(row + dy) * kSceneWidth + column + dx]};
        };
        return (1 - down) * ((1 - right) * grey(0, 0) + right * grey(0, 1)) +
               down * ((1 - right) * grey(1, 0) + right * grey(1, 1));
    }

    std::mt19937 random_;
    std::vector<float> grey_;
    std::vector<float> noise_;
};

void change_levels(Picture& picture, const std::function<double(double)>& change) {
    for (std::uint8_t& level : picture.rgb)
        level = static_cast<std::uint8_t>(std::clamp(change(level), 0.0, 255.0));
}

void fill(Picture& picture, int left, int top, int width, int height, double grey) {
    for (int y = std::max(0, top); y < std::min(kHeight, top + height); ++y)
        for (int x = std::max(0, left); x < std::min(kWidth, left + width); ++x)
            Scene::set(picture, x, y, grey);
}

Picture blurred(const Picture& picture, int reach) {
    Picture result = picture;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            double sum = 0;
            int count = 0;
            for (int v = std::max(0, y - reach); v <= std::min(kHeight - 1, y + reach); v += 2) {
                for (int u = std::max(0, x - reach); u <= std::min(kWidth - 1, x + reach); u += 2, ++count)
                    sum +=
                        picture.rgb[(static_cast<std::size_t>(v) * kWidth + static_cast<std::size_t>(u)) * 3];
            }
            Scene::set(result, x, y, sum / count);
        }
    }
    return result;
}

class PictureWatchTest : public testing::Test {
  protected:
    /// A picture a second.
    void show(int seconds, const std::function<Picture(int second)>& picture) {
        for (int i = 0; i < seconds; ++i, ++now_s_) {
            watch_.see(picture(i), instant_at(now_s_));
            const std::vector<TroubleState> states = watch_.troubles();
            std::vector<PictureTrouble> troubles;
            troubles.reserve(states.size());
            for (const TroubleState& state : states)
                troubles.push_back(state.trouble);
            if (troubles != told_.back().second) told_.emplace_back(now_s_, troubles);
        }
    }
    void show_well(int seconds) {
        show(seconds, [&](int) { return scene_.picture(); });
    }
    /// Half a minute of it, then all is well: told once, within 30 s, and cleared.
    void expect_told_once(PictureTrouble trouble, const std::function<Picture(int)>& picture) {
        show_well(40);
        EXPECT_THAT(told_.back().second, IsEmpty());
        show(30, picture);
        const std::vector<TroubleState> states = watch_.troubles();
        show_well(20);
        ASSERT_EQ(told_.size(), 3U) << "nothing before, then the trouble, then nothing";
        EXPECT_THAT(told_[1].second, ElementsAre(trouble));
        EXPECT_LT(told_[1].first, 70);
        EXPECT_THAT(told_[2].second, IsEmpty());
        EXPECT_NEAR(to_seconds(states.at(0).since), 40, 9);
    }
    void expect_nothing(const std::function<Picture(int)>& picture) {
        show_well(40);
        show(60, picture);
        EXPECT_EQ(told_.size(), 1U) << "at " << told_.back().first << " s: "
                                    << (told_.back().second.empty() ? "nothing"
                                                                    : to_text(told_.back().second[0]));
    }
    void expect_measured(const ViewMove& move) {
        expect_told_once(PictureTrouble::kMoved, [&](int second) {
            if (second == 29) {
                const ViewMove measured = watch_.troubles().at(0).move;
                EXPECT_TRUE(measured.known);
                EXPECT_NEAR(measured.dx_px, move.dx_px, 2);
                EXPECT_NEAR(measured.dy_px, move.dy_px, 2);
                EXPECT_NEAR(measured.rotation_deg, move.rotation_deg, 0.5);
                EXPECT_NEAR(measured.zoom, move.zoom, 0.015);
            }
            return scene_.picture(move);
        });
    }

    Scene scene_{7};
    PictureWatch watch_;
    double now_s_ = 0;
    std::vector<std::pair<double, std::vector<PictureTrouble>>> told_ = {{0, {}}};
};

TEST_F(PictureWatchTest, Black) {
    expect_told_once(PictureTrouble::kBlack, [&](int) {
        Picture picture = scene_.picture();
        change_levels(picture, [](double level) { return level / 60; });
        return picture;
    });
}

TEST_F(PictureWatchTest, Overexposed) {
    expect_told_once(PictureTrouble::kOverexposed, [&](int) {
        Picture picture = scene_.picture();
        change_levels(picture, [](double level) { return level + 150; });
        return picture;
    });
}

TEST_F(PictureWatchTest, CoveredWithNoiseOnTheSensor) {
    expect_told_once(PictureTrouble::kCovered, [&](int) {
        Picture picture = scene_.picture({}, 8);
        const Picture noise = scene_.picture({}, 0);
        for (std::size_t i = 0; i < picture.rgb.size(); ++i)
            picture.rgb[i] = static_cast<std::uint8_t>(60 + picture.rgb[i] / 4 - noise.rgb[i] / 4);
        return picture;
    });
}

TEST_F(PictureWatchTest, CoveredButForACorner) {
    expect_told_once(PictureTrouble::kCovered, [&](int) {
        Picture picture = scene_.picture();
        fill(picture, 0, 0, kWidth, kHeight * 4 / 5, 70);
        return picture;
    });
}

TEST_F(PictureWatchTest, Blurred) {
    const Picture soft = blurred(scene_.picture({}, 0), 5);
    expect_told_once(PictureTrouble::kBlurred, [&](int) {
        Picture picture = soft;
        scene_.add_noise(picture, 2);
        return picture;
    });
}

TEST_F(PictureWatchTest, Frozen) {
    Picture last = scene_.picture();
    expect_told_once(PictureTrouble::kFrozen, [&](int) { return last; });
}

TEST_F(PictureWatchTest, FrozenButCodedAnewNowAndThen) {
    Picture last = scene_.picture();
    show_well(40);
    show(60, [&](int second) {
        if (second == 35) last = scene_.picture();
        return last;
    });
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_THAT(told_[1].second, ElementsAre(PictureTrouble::kFrozen));
}

TEST_F(PictureWatchTest, MovedALittle) {
    expect_measured({true, 8, -4, 0, 1});
}
TEST_F(PictureWatchTest, MovedALot) {
    expect_measured({true, -70, 40, 0, 1});
}
TEST_F(PictureWatchTest, Turned) {
    expect_measured({true, 10, 0, 9, 1});
}
TEST_F(PictureWatchTest, Zoomed) {
    expect_measured({true, 0, 0, 0, 1.15});
}

TEST_F(PictureWatchTest, AnotherViewAltogether) {
    Scene other(99);
    show_well(40);
    show(30, [&](int) { return other.picture(); });
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_THAT(told_[1].second, ElementsAre(PictureTrouble::kMoved));
    EXPECT_FALSE(watch_.troubles().at(0).move.known);
    // Which is right, somebody says.
    watch_.accept_view();
    show(20, [&](int) { return other.picture(); });
    EXPECT_THAT(watch_.troubles(), IsEmpty());
}

TEST_F(PictureWatchTest, LightIsNoTrouble) {
    expect_nothing([&](int second) {
        Picture picture = scene_.picture();
        change_levels(picture, [&](double level) {
            if (second < 20) return level * 0.3;               // the lamps are out
            if (second < 40) return 20 + 0.8 * (255 - level);  // infrared
            return std::pow(level / 255, 0.6) * 255;           // the sun
        });
        return picture;
    });
}

TEST_F(PictureWatchTest, PeopleWhoPassAndQueueAreNoTrouble) {
    expect_nothing([&](int second) {
        Picture picture = scene_.picture();
        fill(picture, second * 23 % kWidth - 30, 20, 70, 190, 50);  // close to the camera
        fill(picture, 60, 60, 45, 150, 180);                        // standing
        fill(picture, 240 - second * 5 % 200, 80, 40, 120, 20);
        return picture;
    });
}

TEST_F(PictureWatchTest, AHandBeforeTheLensForAMomentIsNoTrouble) {
    expect_nothing([&](int second) {
        Picture picture = scene_.picture();
        if (second % 20 < 6) fill(picture, 0, 0, kWidth, kHeight, 40);
        return picture;
    });
}

TEST_F(PictureWatchTest, ANoisyNightAndTheMorningAfterAreNoTrouble) {
    expect_nothing([&](int second) { return scene_.picture({}, second < 40 ? 22 : 1); });
}

TEST_F(PictureWatchTest, TheViewIsKeptOverARestart) {
    EXPECT_FALSE(watch_.view());
    show_well(40);
    const auto kept = watch_.view();
    ASSERT_TRUE(kept);
    PictureWatch next;
    ASSERT_TRUE(next.set_view(*kept));
    for (int second = 0; second < 20; ++second)
        next.see(scene_.picture({true, 20, 0, 0, 1}), instant_at(second));
    ASSERT_EQ(next.troubles().size(), 1U);
    EXPECT_EQ(next.troubles()[0].trouble, PictureTrouble::kMoved);
    EXPECT_NEAR(next.troubles()[0].move.dx_px, 20, 2);
}

// What is learnt follows the scene within ten minutes: who sags slower would take it along.
TEST_F(PictureWatchTest, AMountThatSagsSlowlyIsToldOfAtLast) {
    constexpr double kSagPxS = 0.0066;  // 2 % of the picture's width in twenty minutes
    show_well(40);
    Picture still;
    const auto sagging = [&](int second) {
        if (second % 10 == 0) still = scene_.picture({true, 0, kSagPxS * second, 0, 1}, 0);
        Picture picture = still;
        scene_.add_noise(picture, 2);
        return picture;
    };
    show(1000, sagging);
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_THAT(told_.back().second, ElementsAre(PictureTrouble::kMoved));
    EXPECT_NEAR(watch_.troubles().at(0).move.dy_px, 1000 * kSagPxS, 2);

    PictureWatch next;  // over a restart
    ASSERT_TRUE(next.set_view(*watch_.view()));
    for (int second = 0; second < 30; ++second)
        next.see(sagging(990), instant_at(second));
    ASSERT_EQ(next.troubles().size(), 1U);
    EXPECT_EQ(next.troubles()[0].trouble, PictureTrouble::kMoved);

    show_well(40);
    EXPECT_THAT(watch_.troubles(), IsEmpty()) << "it was put right";
}

TEST_F(PictureWatchTest, AKeptViewThatIsNoneIsRefused) {
    EXPECT_FALSE(watch_.set_view({}));
    show_well(40);
    std::vector<std::uint8_t> kept = *watch_.view();
    kept.pop_back();
    EXPECT_FALSE(watch_.set_view(kept));
    kept[0] = 'X';
    EXPECT_FALSE(watch_.set_view(kept));
}

TEST_F(PictureWatchTest, WithoutPicturesNothingIsKnown) {
    show_well(40);
    show(20, [&](int) {
        Picture picture = scene_.picture();
        fill(picture, 0, 0, kWidth, kHeight, 0);
        return picture;
    });
    ASSERT_EQ(watch_.troubles().size(), 1U);
    watch_.lost();
    EXPECT_THAT(watch_.troubles(), IsEmpty());
}

TEST_F(PictureWatchTest, PicturesTooSmallToTellAreLeftAlone) {
    watch_.see({4, 4, std::vector<std::uint8_t>(48)}, instant_at(0));
    watch_.see({0, 0, {}}, instant_at(2));
    EXPECT_THAT(watch_.troubles(), IsEmpty());
}

}  // namespace
}  // namespace vitrina::video
