#pragma once

namespace pimgate {

/// The state of a page, of a row and of a read-back. Word, icon and colour belong to the window (ui/look/State.h).
enum class PageState {
    ToDo,          ///< nothing sent yet
    Working,       ///< sent, or waiting for Microsoft
    Verified,      ///< read back and as asked; never on a 201 alone
    Differs,       ///< read back, and it is something else
    NotLicensed,   ///< cannot be had in this tenant; not an error
    NotChecked,    ///< could not be read; the row says why
    Failed,        ///< refused or broken off
    NeedsAttention ///< waits for the person, not for Microsoft
};

/// Where a line of the proof comes from. Labels do not mix: a demo shows the first two only, a real tenant never PlayedInDemo.
enum class ProofLabel {
    Simulated,            ///< our evaluator, nothing sent; also a line still to come
    PlayedInDemo,         ///< really done over HTTP against our imitation of Microsoft
    EvaluatedByMicrosoft, ///< What-If of a real tenant
    Observed              ///< a record of a real tenant, with its id
};

} // namespace pimgate
