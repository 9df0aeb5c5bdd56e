#include "engine/expression/paths.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::expression {

namespace {

constexpr double largest_position = 4294967294;  // of an array of JavaScript

bool is_link(const Program& program, const Node& node) {
    if (node.operation == Operation::member) return true;
    return node.operation == Operation::index &&
           program.nodes[node.second].operation == Operation::constant;
}

Link link_of(const Program& program, std::uint32_t index) {
    const Node& node = program.nodes[index];
    const bool member = node.operation == Operation::member;
    Link link;
    link.node = index;
    link.key = member ? node.second : program.nodes[node.second].first;
    const Operand key = program.constants[link.key];
    link.shown = member ? key.as_text() : program.source(program.nodes[node.second]);
    if (key.is_string()) {
        link.kind = Link::Kind::name;
        link.name = key.as_text();
    } else if (key.is(Kind::number)) {
        const double position = key.as_number();
        if (position >= 0 && position <= largest_position && position == std::trunc(position)) {
            link.kind = Link::Kind::position;
            link.position = static_cast<std::uint32_t>(position);
        }
    }
    return link;
}

}  // namespace

void lay_out_paths(Program& program) {
    std::vector<bool> inside(program.nodes.size());
    for (const Node& node : program.nodes)
        if (is_link(program, node)) inside[node.first] = true;
    for (std::uint32_t index = 0; index < program.nodes.size(); ++index) {
        if (inside[index] || !is_link(program, program.nodes[index])) continue;
        Path path;
        path.first = static_cast<std::uint32_t>(program.links.size());
        path.base = index;
        for (; is_link(program, program.nodes[path.base]);
             path.base = program.nodes[path.base].first) {
            program.links.push_back(link_of(program, path.base));
            ++path.count;
        }
        std::reverse(program.links.begin() + path.first, program.links.end());
        program.nodes[index].operation = Operation::path;
        program.nodes[index].third = static_cast<std::uint32_t>(program.paths.size());
        program.paths.push_back(path);
    }
}

}  // namespace sluice::expression
