#pragma once

#include "base/States.h"
#include "look/Theme.h"

#include <QList>
#include <QString>

namespace pimgate {

/// Icon, colour and word of a state: always shown together.
struct StateLook
{
    QString icon;
    Tone tone;
    QString word;
};
StateLook look(PageState state);
const QList<PageState> &allPageStates();

/// The chip of a proof label.
struct ProofLook
{
    QString icon;
    QString text;
    QString shortText; ///< allowed only where a legend or the band gives the long one
    Tone tone;
    Tone edge;
    Soft fill;
    bool dashed;
    bool inverse; ///< filled in the colours of the demo band
};
ProofLook look(ProofLabel label);

} // namespace pimgate
