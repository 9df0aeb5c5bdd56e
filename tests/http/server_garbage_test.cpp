#include <random>
#include <string>
#include <vector>

#include "server_fixture.hpp"
#include "server_reading.hpp"

namespace sluice::http::testing {
namespace {

const std::vector<std::string>& seeds() {
    static const std::vector<std::string> texts{
        get("/hello"),
        get("/waiting/a%20b?x=%41&y", "Connection: keep-alive, Upgrade\r\nX-Request-Id: a\r\n"),
        post("/echo", "{\"a\":[1,2,3]}"),
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "GET http://h/hello HTTP/1.0\r\nA: b\r\n c\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
    };
    return texts;
}

// A few bytes changed, taken out, doubled or moved in one or more requests.
std::string mutated(std::mt19937& random) {
    const auto below = [&](std::size_t bound) { return random() % bound; };
    std::string text = seeds()[below(seeds().size())] + seeds()[below(seeds().size())];
    for (std::size_t count = below(6); count > 0 && !text.empty(); --count) {
        const std::size_t at = below(text.size());
        switch (below(6)) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, 1 + below(10));
                break;
            case 2:
                text.insert(at, text.substr(below(text.size()), below(30)));
                break;
            case 3:
                text.insert(at, 1, "\r\n\t :;%0/?"[below(10)]);
                break;
            case 4:
                text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 5:
                text.resize(at + 1);
                break;
        }
    }
    return text;
}

TEST(Garbage, leaves_the_reader_in_one_of_its_states_and_its_views_in_bounds) {
    std::mt19937 random(20'240'101);
    Limits limits;
    limits.header_bytes = 400;
    limits.target_bytes = 100;
    limits.body_bytes = 1000;
    int complete = 0;
    int failed = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::string text = mutated(random);
        RequestReader reader(limits, "", nullptr);
        std::size_t sum = 0;
        auto step = RequestReader::Step::need_more;
        for (std::size_t at = 0; at < text.size() && step != RequestReader::Step::failed;) {
            const std::size_t piece = std::min<std::size_t>(1 + random() % 100, text.size() - at);
            step = feed(reader, std::string_view(text).substr(at, piece));
            at += piece;
            while (step == RequestReader::Step::complete || step == RequestReader::Step::expect) {
                if (step == RequestReader::Step::complete) {
                    const Request copy = reader.request().own();
                    for (std::size_t field = 0; field < copy.header_count(); ++field)
                        for (const char character : copy.header_value(field))
                            sum += static_cast<unsigned char>(character);
                    for (const char character : copy.body())
                        sum += static_cast<unsigned char>(character);
                    EXPECT_LE(copy.body().size(), limits.body_bytes);
                    EXPECT_LE(copy.target().size(), limits.target_bytes);
                    reader.consume();
                    ++complete;
                }
                step = reader.next();
            }
        }
        if (step == RequestReader::Step::failed) {
            ++failed;
            EXPECT_GE(reader.failure().status, 400u);
            EXPECT_FALSE(reader.failure().detail.empty());
        }
        EXPECT_GE(sum, 0u);
    }
    EXPECT_GT(complete, 1000);
    EXPECT_GT(failed, 1000);
}

TEST(Garbage, does_not_keep_the_server_from_serving) {
    std::mt19937 random(7);
    Limits limits;
    limits.header_bytes = 2000;
    RunningServer server(limits);
    for (int round = 0; round < 1500; ++round) {
        Client client(server.port());
        client.send(mutated(random));
        switch (random() % 3) {
            case 0:
                client.half_close();
                break;
            case 1:
                client.reset();
                break;
            default:
                break;
        }
    }
    std::string noise(100'000, ' ');
    for (char& character : noise) character = static_cast<char>(random());
    Client(server.port()).send(noise);
    Client client(server.port());
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    const Counters counters = server.counters();
    EXPECT_GT(counters.responses[2], 0u);
    EXPECT_GT(counters.responses[4], 0u);
}

}  // namespace
}  // namespace sluice::http::testing
