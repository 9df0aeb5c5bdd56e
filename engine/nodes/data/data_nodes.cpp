#include "engine/nodes/data/data_nodes.hpp"

namespace sluice::nodes {

std::vector<NodeType> data_nodes() {
    std::vector<NodeType> types;
    for (auto* const make :
         {data_aggregate, data_filter,   data_flatten, data_group,       data_join,
          data_lookup,    data_map,      data_merge,   data_pick,        data_rename,
          data_sort,      data_split,    data_unique,  csv_format,       csv_parse,
          json_format,    json_parse,    xml_format,   xml_parse,        yaml_format,
          yaml_parse,     text_change,   text_decode,  text_encode,      text_match,
          text_replace,   text_template, url_build,    url_parse,        crypto_hash,
          crypto_hmac,    random_number, random_uuid,  number_calculate, number_format,
          number_parse,   number_round,  time_add,     time_difference,  time_format,
          time_now,       time_parse})
        types.push_back(make());
    return types;
}

}  // namespace sluice::nodes
