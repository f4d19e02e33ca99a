#pragma once

#include <QByteArray>
#include <QString>

namespace pimgate {

/// What the drawing shows about one person (or one group such as "Everyone"). It decides nothing:
/// state and sentence come from the evaluator.
struct GateView
{
    enum class Face {
        Shut,       ///< in the path, ink
        Open,       ///< doorway, the leaf swung away
        ReportOnly, ///< policy only: lets through, says what it would do
        Off,        ///< no policy, or assignment not required
        Unknown     ///< could not be read; drawn as off, says "Not checked"
    };

    QString who = {};
    QString whoNote = {}; ///< "active member until 18:33"
    bool member = false;  ///< active member now: accent ring and key badge
    QString application = {};
    QString applicationNote = {}; ///< "signed in 14:34:05", "not reached"
    Face assignment = Face::Unknown;
    QString assignmentWord = {}; ///< the reason behind the face's own word; may be empty
    Face policy = Face::Unknown;
    QString policyWord = {};
    bool letIn = false;
    QString sentence = {}; ///< not drawn; title of the SVG and first part of the accessible text
    bool everyone = false; ///< a group icon instead of a person
    bool demo = false;     ///< DEMO behind the drawing
    bool rightToLeft = false;
};

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
