#include "look/State.h"

#include <QCoreApplication>

namespace pimgate {
namespace statewords {
QString translate(const char *text)
{
    return QCoreApplication::translate("State", text);
}
} // namespace statewords

StateLook look(PageState state)
{
    using statewords::translate;
    switch (state) {
    case PageState::ToDo:
        return {QStringLiteral("state-to-do"), Tone::ControlLine, translate("to do")};
    case PageState::Working:
        return {QStringLiteral("state-working"), Tone::Accent, translate("working")};
    case PageState::Verified:
        return {QStringLiteral("state-verified"), Tone::Ok, translate("verified")};
    case PageState::Differs:
        return {QStringLiteral("state-differs"), Tone::Bad, translate("differs")};
    case PageState::NotLicensed:
        return {QStringLiteral("not-licensed"), Tone::Grey, translate("not licensed")};
    case PageState::NotChecked:
        return {QStringLiteral("dash"), Tone::Grey, translate("not checked")};
    case PageState::Failed:
        return {QStringLiteral("state-failed"), Tone::Bad, translate("failed")};
    case PageState::NeedsAttention:
        break;
    }
    return {QStringLiteral("warning"), Tone::Warn, translate("needs attention")};
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
    using statewords::translate;
    switch (label) {
    case ProofLabel::Simulated:
        break;
    case ProofLabel::PlayedInDemo:
        return {QStringLiteral("play"),
                translate("Played in the demo tenant"),
                translate("Played in demo"),
                Tone::OnDemo,
                Tone::Normal,
                Soft::None,
                false,
                true};
    case ProofLabel::EvaluatedByMicrosoft:
        return {QStringLiteral("shield"),
                translate("Evaluated by Microsoft"),
                translate("Evaluated"),
                Tone::Accent,
                Tone::Accent,
                Soft::Accent,
                false,
                false};
    case ProofLabel::Observed:
        return {QStringLiteral("eye"),
                translate("Observed in this tenant"),
                translate("Observed"),
                Tone::Ok,
                Tone::Ok,
                Soft::Ok,
                false,
                false};
    }
    return {QStringLiteral("simulated"),
            translate("Simulated"),
            translate("Simulated"),
            Tone::Second,
            Tone::ControlLine,
            Soft::None,
            true,
            false};
}

} // namespace pimgate
