#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/front_end.hpp"
#include "engine/nodes/registry.hpp"

namespace sluice::testing {

class TestWorld;  // engine/testing/world.hpp

/// The dialect under which a tested flow is stored: the native language, with the node types that
/// act replaced by types that ask a TestWorld.
inline constexpr std::string_view tested_dialect = "tested";

/// The node types that take the place of `original`, by its id with something before it: of a
/// mocked node, and, when it is an effect, of one that is not mocked. `world` outlives them.
[[nodiscard]] std::vector<NodeType> tested_types(const std::shared_ptr<const NodeType>& original,
                                                 TestWorld& world);

/// `http.request` of a type that took its place; other ids are their own.
[[nodiscard]] std::string_view original_type(std::string_view type);

/// Reads the native language and replaces the types of nodes. All borrowed for its life.
class TestedFrontEnd final : public definition::FrontEnd {
  public:
    TestedFrontEnd(const TestWorld& world, const NodeRegistry& originals)
        : world_(world), originals_(originals) {}

    [[nodiscard]] definition::ParsedFlow parse(std::string_view source,
                                               definition::SourceFormat format,
                                               definition::NodeTypeNames node_types,
                                               const Limits& limits) const override;

  private:
    const TestWorld& world_;
    const NodeRegistry& originals_;
};

}  // namespace sluice::testing
