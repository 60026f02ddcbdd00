#include "app/serve.h"

#include <gtest/gtest.h>

namespace vitrina::app {
namespace {

TEST(Serve, PrintsAnAddressThatABrowserOpens) {
    HttpConfig http;
    EXPECT_EQ(browser_address(http, 8080), "http://127.0.0.1:8080");
    for (const char* const everywhere : {"0.0.0.0", "::"}) {
        http.address = everywhere;
        EXPECT_EQ(browser_address(http, 8080), "http://localhost:8080");
    }
    http.address = "2001:db8::1";
    http.tls.emplace();
    EXPECT_EQ(browser_address(http, 443), "https://[2001:db8::1]:443");
}

}  // namespace
}  // namespace vitrina::app
