#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sluice::expression::test {

/// A real JavaScript engine (SpiderMonkey) to hold our answers against. Once in a process.
class JavaScript {
  public:
    JavaScript();
    ~JavaScript();
    JavaScript(const JavaScript&) = delete;
    JavaScript& operator=(const JavaScript&) = delete;

    struct Answer {
        bool thrown = false;
        std::string text;  ///< the value as JSON text (`undefined` as null), or what was thrown
    };
    /// Makes the fields of a JSON object global names, those of the last one are forgotten.
    void set_scope(std::string_view json);
    /// The value of an expression as JSON.stringify writes it.
    Answer evaluate(std::string_view expression);

    /// For benchmarks: compiles a function of JSON text to JSON text once, and calls it.
    void define(std::string_view expression);
    std::string call(std::string_view json);

  private:
    struct Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace sluice::expression::test
