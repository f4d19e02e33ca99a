#include "look/State.h"

#include <QCoreApplication>

namespace pimgate {
namespace statewords {
struct StateText
{
    Q_DECLARE_TR_FUNCTIONS(State)
};
} // namespace statewords

StateLook look(PageState state)
{
    using statewords::StateText;
    switch (state) {
    case PageState::ToDo:
        return {QStringLiteral("state-to-do"), Tone::ControlLine, StateText::tr("to do")};
    case PageState::Working:
        return {QStringLiteral("state-working"), Tone::Accent, StateText::tr("working")};
    case PageState::Verified:
        return {QStringLiteral("state-verified"), Tone::Ok, StateText::tr("verified")};
    case PageState::Differs:
        return {QStringLiteral("state-differs"), Tone::Bad, StateText::tr("differs")};
    case PageState::NotLicensed:
        return {QStringLiteral("not-licensed"), Tone::Grey, StateText::tr("not licensed")};
    case PageState::NotChecked:
        return {QStringLiteral("dash"), Tone::Grey, StateText::tr("not checked")};
    case PageState::Failed:
        return {QStringLiteral("state-failed"), Tone::Bad, StateText::tr("failed")};
    case PageState::NeedsAttention:
        break;
    }
    return {QStringLiteral("warning"), Tone::Warn, StateText::tr("needs attention")};
}

const QList<PageState> &allPageStates()
{
    static const QList<PageState> all{PageState::ToDo,    PageState::Working,       PageState::Verified,
                                      PageState::Differs, PageState::NotLicensed,   PageState::NotChecked,
                                      PageState::Failed,  PageState::NeedsAttention};
    return all;
}

ProofLook look(ProofLabel label)
{
    using statewords::StateText;
    switch (label) {
    case ProofLabel::Simulated:
        break;
    case ProofLabel::PlayedInDemo:
        return {QStringLiteral("play"),
                StateText::tr("Played in the demo tenant"),
                StateText::tr("Played in demo"),
                Tone::OnDemo,
                Tone::Normal,
                Soft::None,
                false,
                true};
    case ProofLabel::EvaluatedByMicrosoft:
        return {QStringLiteral("shield"),
                StateText::tr("Evaluated by Microsoft"),
                StateText::tr("Evaluated"),
                Tone::Accent,
                Tone::Accent,
                Soft::Accent,
                false,
                false};
    case ProofLabel::Observed:
        return {QStringLiteral("eye"),
                StateText::tr("Observed in this tenant"),
                StateText::tr("Observed"),
                Tone::Ok,
                Tone::Ok,
                Soft::Ok,
                false,
                false};
    }
    return {QStringLiteral("simulated"),
            StateText::tr("Simulated"),
            StateText::tr("Simulated"),
            Tone::Second,
            Tone::ControlLine,
            Soft::None,
            true,
            false};
}

} // namespace pimgate
