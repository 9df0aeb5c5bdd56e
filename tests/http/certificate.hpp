#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sluice::testing {

/// A certificate and its private key, both PEM.
struct Identity {
    std::string certificate;
    std::string key;
};

/// A certificate authority made for one test.
class Authority {
  public:
    Authority();
    ~Authority();

    /// A certificate for `names`, in OpenSSL's notation: `DNS:one.test,IP:127.0.0.1`. It is valid
    /// for a day, or expired yesterday.
    [[nodiscard]] Identity issue(std::string_view names, bool expired = false) const;
    /// A PEM file with the authority's certificate; removed with the authority.
    [[nodiscard]] const std::string& file() const { return file_; }

  private:
    struct State;
    std::unique_ptr<State> state_;
    std::string file_;
};

}  // namespace sluice::testing
