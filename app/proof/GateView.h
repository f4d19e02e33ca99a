#pragma once

#include "gate/judge/Evaluator.h"

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

/// The evaluator's word as the drawing shows it; the sentence begins with "Demo:" where it is one. Times in the local zone.
GateView viewOf(const Verdict &verdict, const Person &person, const Snapshot &snapshot, bool demo);

} // namespace pimgate
