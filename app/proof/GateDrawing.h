#pragma once

#include "proof/GateView.h"

#include <QByteArray>

namespace pimgate {

enum class GateSize {
    Large, ///< test page and report file; designed for 976 px
    Medium,
    Mini ///< no words; they stand beside it
};

/// Colours as SVG text ("#1A2330"). light() is the set for paper and HTML.
struct GateColours
{
    QString surface; ///< what the drawing lies on; the halo of a shut lock
    QString base;    ///< fill of person, tile and open discs
    QString ink;
    QString text2;
    QString grey;
    QString line; ///< ring of an idle person, dotted lines
    QString accent;
    QString onAccent;
    QString accentSoft;
    QString warn;

    static GateColours light();
};

/// Height of the drawing in px; the width is free from about 320 (mini), 440 (medium), 560 (large).
int gateHeight(GateSize size);

/// The one drawing for page, HTML and PDF: SVG Tiny with its text as text, exactly `width` x gateHeight(size).
/// The background stays transparent.
QByteArray gateSvg(const GateView &view, GateSize size, int width, const GateColours &colours);

/// The sentence and both lock lines, for screen readers and alternative texts.
QString gateText(const GateView &view);

/// "Shut", "Open", "Report-only", "Off", "Not checked", translated.
QString gateFaceWord(GateView::Face face);

} // namespace pimgate
