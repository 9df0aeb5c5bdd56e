#pragma once

#include <vector>

#include "engine/nodes/data/data_parameters.hpp"

namespace sluice::nodes {

/// The data nodes, one file each; what they do stands in their manifests.
NodeType data_aggregate();
NodeType data_filter();
NodeType data_flatten();
NodeType data_group();
NodeType data_join();
NodeType data_lookup();
NodeType data_map();
NodeType data_merge();
NodeType data_pick();
NodeType data_rename();
NodeType data_sort();
NodeType data_split();
NodeType data_unique();

NodeType csv_format();
NodeType csv_parse();
NodeType json_format();
NodeType json_parse();
NodeType xml_format();
NodeType xml_parse();
NodeType yaml_format();
NodeType yaml_parse();

NodeType text_change();
NodeType text_decode();
NodeType text_encode();
NodeType text_match();
NodeType text_replace();
NodeType text_template();
NodeType url_build();
NodeType url_parse();

NodeType crypto_hash();
NodeType crypto_hmac();
NodeType random_number();
NodeType random_uuid();

NodeType number_calculate();
NodeType number_format();
NodeType number_parse();
NodeType number_round();

NodeType time_add();
NodeType time_difference();
NodeType time_format();
NodeType time_now();
NodeType time_parse();

/// All of them.
[[nodiscard]] std::vector<NodeType> data_nodes();

}  // namespace sluice::nodes
