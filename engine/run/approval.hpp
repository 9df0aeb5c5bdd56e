#pragma once

#include <optional>
#include <string>

#include "engine/async/clock.hpp"
#include "engine/model/error.hpp"
#include "engine/run/execution_state.hpp"

namespace sluice {

/// What one person says to an approval.
struct Decision {
    std::string by;
    bool approved = false;
    std::string comment;
    Value form;  ///< what an approval brings along; checked against the hold's schema
};

/// What a decision does: it is recorded, and may resolve the hold.
struct DecisionEffect {
    Value record;         ///< {by, decision, comment, form, at}
    std::string outcome;  ///< `approved` or `rejected`; empty while others are needed
};

/// The rules of an approval: only those who are named may decide, each once; `quorum` approvals
/// approve; it is rejected when so many approvals can no longer come, with no list of names by the
/// first rejection. Errors: `not_an_approver`, `already_decided` (details: when), `invalid_form`
/// (details.errors).
[[nodiscard]] result<DecisionEffect> decide(const OpenHold& hold, const Decision& decision,
                                            WallTime now);

/// The node's output: {outcome, form, decisions}.
[[nodiscard]] Value approval_output(std::string_view outcome, const Array& decisions);

}  // namespace sluice
