#include "http/server/request.hpp"

#include <algorithm>

#include "engine/model/ascii.hpp"
#include "http/server/percent.hpp"
#include "http/server/router.hpp"

namespace sluice::http {

namespace {

// An id from outside goes into logs and answers: short, and of harmless characters only.
bool is_usable_id(std::string_view id) {
    constexpr std::string_view marks = "-_.:/+=~@";
    return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [&](char character) {
        return (character >= '0' && character <= '9') ||
               (ascii_lower(character) >= 'a' && ascii_lower(character) <= 'z') ||
               marks.find(character) != std::string_view::npos;
    });
}

}  // namespace

std::optional<std::string> Request::query(std::string_view name) const {
    return query_value(query(), name);
}

std::string_view Request::parameter(std::string_view name) const {
    if (route_ == nullptr) return {};
    const auto& names = route_->parameters;
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return {};
    const Range range = parameters_[static_cast<std::size_t>(found - names.begin())];
    return path().substr(range.offset, range.size);
}

std::string_view Request::header(std::string_view name) const {
    for (const Field& field : fields_)
        if (field.name.size == name.size() && equal_ignoring_case(view(field.name), name))
            return view(field.value);
    return {};
}

bool Request::has_header(std::string_view name) const {
    return std::ranges::any_of(
        fields_, [&](const Field& field) { return equal_ignoring_case(view(field.name), name); });
}

std::string_view Request::header_name(std::size_t index) const {
    return view(fields_[index].name);
}

std::string_view Request::header_value(std::size_t index) const {
    return view(fields_[index].value);
}

std::string_view Request::content_type() const {
    std::string_view type = header("content-type");
    type = type.substr(0, type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
    return type;
}

std::string_view Request::id() {
    if (id_.empty()) {
        if (const std::string_view given = header("x-request-id"); is_usable_id(given))
            id_ = given;
        else if (ids_ != nullptr)
            id_ = ids_->next().to_string();
    }
    return id_;
}

Request Request::own() {
    Request copy;
    static_cast<void>(id());
    copy.owned_.reserve(head_size_ + body_.size() + peer_.size());
    copy.owned_.insert(copy.owned_.end(), head_, head_ + head_size_);
    copy.owned_.insert(copy.owned_.end(), body_.begin(), body_.end());
    copy.owned_.insert(copy.owned_.end(), peer_.begin(), peer_.end());
    copy.head_ = copy.owned_.data();
    copy.head_size_ = head_size_;
    copy.body_ = {copy.head_ + head_size_, body_.size()};
    copy.peer_ = {copy.head_ + head_size_ + body_.size(), peer_.size()};
    copy.method_ = method_;
    copy.minor_version_ = minor_version_;
    copy.keep_alive_ = keep_alive_;
    copy.path_is_decoded_ = path_is_decoded_;
    copy.method_text_ = method_text_;
    copy.target_ = target_;
    copy.path_ = path_;
    copy.query_ = query_;
    copy.fields_ = fields_;
    copy.segments_ = segments_;
    copy.decoded_path_ = decoded_path_;
    copy.id_ = id_;
    copy.ids_ = ids_;
    copy.route_ = route_;
    copy.parameters_ = parameters_;
    return copy;
}

void Request::clear() {
    method_ = Method::other;
    keep_alive_ = false;
    asks_upgrade_ = false;
    path_is_decoded_ = false;
    body_ = {};
    fields_.clear();
    segments_.clear();
    id_.clear();
    route_ = nullptr;
}

}  // namespace sluice::http
