#include <gmock/gmock.h>

#include "http/server/outgoing.hpp"

namespace sluice::http::testing {
namespace {

std::string take(Outgoing& outgoing, std::size_t step) {
    std::string all;
    while (!outgoing.empty()) {
        std::string some;
        for (const auto& buffer : outgoing.buffers())
            some.append(static_cast<const char*>(buffer.data()), buffer.size());
        some.resize(std::min(some.size(), step));
        outgoing.consume(some.size());
        all += some;
    }
    return all;
}

TEST(OutgoingBytes, come_in_order_however_they_are_taken) {
    for (const std::size_t step : {1u, 7u, 3000u, 1'000'000u}) {
        Outgoing outgoing;
        std::string expected;
        for (int number = 0; number < 40; ++number) {
            const auto text = std::make_shared<const std::string>(
                static_cast<std::size_t>(number) * 300, static_cast<char>('a' + number % 26));
            outgoing.append(asio::buffer("|", 1));
            outgoing.share(text);
            outgoing.append(asio::buffer(*text));
            expected += "|" + *text;
        }
        EXPECT_EQ(outgoing.size(), expected.size());
        EXPECT_EQ(take(outgoing, step), expected);
        EXPECT_EQ(outgoing.size(), 0u);
    }
}

TEST(OutgoingBytes, refer_to_large_texts_until_they_are_sent) {
    Outgoing outgoing;
    const auto text = std::make_shared<const std::string>(5000, 'x');
    outgoing.share(text);
    outgoing.append(asio::buffer(*text));
    outgoing.share(nullptr);
    EXPECT_EQ(text.use_count(), 2);
    EXPECT_EQ(outgoing.buffers()[0].data(), text->data());
    outgoing.consume(5000);
    EXPECT_EQ(text.use_count(), 1);
}

}  // namespace
}  // namespace sluice::http::testing
