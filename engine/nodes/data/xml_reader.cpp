#include "engine/nodes/data/xml_reader.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include <expat.h>

namespace sluice::nodes {
namespace {

constexpr int piece_bytes = 16 << 10;

bool only_spaces(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class XmlReader {
  public:
    XmlReader(const std::vector<std::string>& lists, const Limits& limits)
        : lists_(lists), limits_(limits), parser_(XML_ParserCreate("UTF-8")) {
        if (!parser_) throw std::bad_alloc();
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), begin, end);
        XML_SetCharacterDataHandler(parser_.get(), characters);
        XML_SetStartDoctypeDeclHandler(parser_.get(), doctype);
        open_.emplace_back();  // the document
    }

    result<Value> read(std::string_view text) {
        while (true) {
            const auto piece = text.substr(0, piece_bytes);
            text.remove_prefix(piece.size());
            const auto status = XML_Parse(parser_.get(), piece.data(),
                                          static_cast<int>(piece.size()), text.empty() ? 1 : 0);
            if (thrown_) std::rethrow_exception(thrown_);
            if (failure_) return std::move(*failure_);
            if (status != XML_STATUS_OK) return fault();
            if (text.empty()) return Value(std::move(open_.front().members));
        }
    }

  private:
    struct Element {
        std::string name;
        Object members;
        std::string text;
    };
    struct ParserEnd {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };

    /// Calls a member in the place of expat, which is C: nothing may be thrown through it.
    template <typename Work>
    static void guarded(void* data, Work work) noexcept {
        auto& self = *static_cast<XmlReader*>(data);
        if (self.failure_ || self.thrown_) return;
        try {
            work(self);
        } catch (...) {
            self.thrown_ = std::current_exception();
            XML_StopParser(self.parser_.get(), XML_FALSE);
        }
    }
    static void begin(void* data, const char* name, const char** attributes) {
        guarded(data, [&](XmlReader& self) { self.element_begins(name, attributes); });
    }
    static void end(void* data, const char*) {
        guarded(data, [](XmlReader& self) { self.element_ends(); });
    }
    static void characters(void* data, const char* text, int size) {
        guarded(data, [&](XmlReader& self) {
            self.open_.back().text.append(text, static_cast<std::size_t>(size));
        });
    }
    static void doctype(void* data, const char*, const char*, const char*, int) {
        guarded(data, [](XmlReader& self) {
            self.fail("xml_doctype",
                      "the document has a <!DOCTYPE>, which is never taken because the entities in "
                      "it can grow without end: remove it");
        });
    }

    void fail(std::string code, std::string message) {
        failure_ = Error{std::move(code), std::move(message), place()};
        XML_StopParser(parser_.get(), XML_FALSE);
    }

    Value place() const {
        return Object{{"line", XML_GetCurrentLineNumber(parser_.get())},
                      {"column", XML_GetCurrentColumnNumber(parser_.get()) + 1}};
    }

    Error fault() const {
        const auto line = XML_GetCurrentLineNumber(parser_.get());
        const auto column = XML_GetCurrentColumnNumber(parser_.get()) + 1;
        return {"invalid_xml",
                "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                    XML_ErrorString(XML_GetErrorCode(parser_.get())),
                place()};
    }

    void count() {
        if (++values_ == limits_.data_items + 1)
            fail("xml_too_large", "the document has more than " +
                                      std::to_string(limits_.data_items) +
                                      " elements and attributes: ask its source for less at once");
    }

    void element_begins(const char* name, const char** attributes) {
        if (open_.size() > limits_.value_depth)
            return fail("xml_too_deep", "elements stand within each other more than " +
                                            std::to_string(limits_.value_depth) + " levels deep");
        count();
        Element element;
        element.name = name;
        for (; *attributes != nullptr; attributes += 2) {
            count();
            element.members["@" + std::string(attributes[0])] = attributes[1];
        }
        open_.push_back(std::move(element));
    }

    void element_ends() {
        Element element = std::move(open_.back());
        open_.pop_back();
        Value value;
        if (element.members.empty()) {
            value = std::move(element.text);
        } else {
            if (!only_spaces(element.text)) element.members["#text"] = std::move(element.text);
            value = std::move(element.members);
        }
        add(open_.back().members, element.name, std::move(value));
    }

    void add(Object& members, const std::string& name, Value value) const {
        auto [member, is_new] = members.emplace(name, nullptr);
        Value& there = member->value();
        if (is_new && std::ranges::find(lists_, name) == lists_.end()) {
            there = std::move(value);
            return;
        }
        if (!there.is_array()) there = is_new ? Array{} : Array{std::move(there)};
        there.get_array().push_back(std::move(value));
    }

    const std::vector<std::string>& lists_;
    const Limits& limits_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserEnd> parser_;
    std::vector<Element> open_;
    std::size_t values_ = 0;
    std::optional<Error> failure_;
    std::exception_ptr thrown_;
};

}  // namespace

result<Value> read_xml(std::string_view text, const std::vector<std::string>& lists,
                       const Limits& limits) {
    return XmlReader(lists, limits).read(text);
}

}  // namespace sluice::nodes
