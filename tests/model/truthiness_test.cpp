#include "engine/model/truthiness.hpp"

#include <cmath>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Truthiness, IsThatOfJavaScript) {
    for (const auto* text : {"null", "false", "0", "0.0", "-0.0", R"("")"}) {
        EXPECT_FALSE(truthy(boost::json::parse(text))) << text;
    }
    for (const auto* text :
         {"true", "1", "-1", "0.1", R"("0")", R"("false")", "[]", "{}", "18446744073709551615"}) {
        EXPECT_TRUE(truthy(boost::json::parse(text))) << text;
    }
    EXPECT_FALSE(truthy(Value(std::nan(""))));
}

}  // namespace
}  // namespace sluice
