// A camera whose secret can't be read any more: the key was lost, and the program made a new one.
#include <string>

#include <gtest/gtest.h>

#include "api/camera_settings.h"
#include "api/test_site.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;

class LostKeyTest : public SiteTest {
  protected:
    /// "door", added in the browser and sealed with a key that is gone; the shop does as at a start.
    void lose_key_of(const CameraAccess& access) {
        auto other = privacy::Sealer::open(site_.folder() / "other-key");
        ASSERT_TRUE(other) << other.error().message;
        records::CameraRecord door;
        door.id = "door";
        door.name = "Door";
        door.added = test_now();
        seal_access(**other, access, door);
        ASSERT_TRUE(kept().save_camera(door));
        ASSERT_FALSE(settings_of(site_.services().sealer, door, 5));
        ASSERT_TRUE(site_.shop.set_camera(settings_without_secret(door, 5)));
    }
    [[nodiscard]] records::ShopStore& kept() { return site_.services().shop_records; }
    /// The code of the refusal.
    std::string refused(const char* method, const std::string& target, const std::string& body) {
        return ask(method, target, body, 422)["error"]["code"].get<std::string>();
    }
};

TEST_F(LostKeyTest, TheCameraIsShownAndTakesItsPasswordAgain) {
    lose_key_of({"rtsp://10.0.0.7/stream1", "", "viewer", "s3cret-word"});
    const Json camera = ask("GET", "/api/cameras/door");
    EXPECT_EQ(camera["status"], "paused");
    EXPECT_EQ(camera["reason_code"], "password_lost");
    EXPECT_EQ(camera["has_password"], false);
    EXPECT_EQ(camera["address"], "rtsp://10.0.0.7/stream1");
    EXPECT_EQ(ask("GET", "/api/cameras")["cameras"].size(), 1U);

    // Neither the name nor the pause is worth the password's loss.
    for (const char* body : {R"({"name": "Front door"})", R"({"paused": false})", R"({"user": "viewer"})",
                             R"({"password": "new"})", R"({"address": "rtsp://10.0.0.8/"})"}) {
        EXPECT_EQ(refused("PATCH", "/api/cameras/door", body), "password_needed") << body;
        EXPECT_TRUE(site_.shop.camera("door")->settings.password_lost) << body;
    }
    EXPECT_EQ(refused("POST", "/api/cameras/test", R"({"id": "door", "address": "rtsp://10.0.0.7/stream1"})"),
              "password_needed");

    ask("PATCH", "/api/cameras/door", R"({"user": "viewer", "password": "new"})");
    const auto settings = site_.shop.camera("door")->settings;
    EXPECT_EQ(settings.address, "rtsp://viewer:new@10.0.0.7/stream1");
    EXPECT_FALSE(settings.paused);
    EXPECT_EQ(ask("GET", "/api/cameras/door")["reason_code"], "");
}

TEST_F(LostKeyTest, AnAddressThatHidSomethingIsGivenWholeAgain) {
    lose_key_of({"http://10.0.0.7/video?pwd=s3cret-word", "", "", ""});
    EXPECT_EQ(ask("GET", "/api/cameras/door")["address"], "http://10.0.0.7/video?***");
    for (const char* body : {R"({"name": "Front door"})", R"({"user": "viewer", "password": "new"})",
                             R"({"address": "http://10.0.0.7/video?***", "user": "", "password": ""})"})
        EXPECT_EQ(refused("PATCH", "/api/cameras/door", body), "password_needed") << body;
    // As the page sends it: it never knew a user or a password.
    ask("PATCH", "/api/cameras/door", R"({"address": "http://10.0.0.7/video?pwd=new", "view_address": ""})");
    EXPECT_EQ(site_.shop.camera("door")->settings.address, "http://10.0.0.7/video?pwd=new");
}

TEST_F(LostKeyTest, TheCameraIsRemovedThoughTheShopNeverHadIt) {
    lose_key_of({"rtsp://10.0.0.7/", "", "viewer", "s3cret-word"});
    ASSERT_TRUE(site_.shop.remove_camera("door"));
    ask("DELETE", "/api/cameras/door", "", 204);
    EXPECT_TRUE(kept().cameras()->empty());
    ask("DELETE", "/api/cameras/door", "", 404);
}

TEST_F(LostKeyTest, NoOtherCameraIsWrittenOverIt) {
    lose_key_of({"rtsp://10.0.0.7/", "", "viewer", "s3cret-word"});
    ASSERT_TRUE(site_.shop.remove_camera("door"));
    EXPECT_EQ(ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.8/"})", 201)["id"],
              "door-2");
    EXPECT_EQ(kept().cameras()->front().address, "rtsp://10.0.0.7/");
}

}  // namespace
}  // namespace vitrina::api
