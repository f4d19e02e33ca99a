#pragma once

#include "base/Names.h"
#include "report/Evidence.h"

namespace pimgate {

/// What a report claims at its top, worked out once from the evidence. Page, HTML, PDF, JSON and command line say these and
/// nothing else; the words are made there (FactWords).
struct ReportFacts
{
    bool read = false; ///< there is a read of the tenant at all
    QDateTime readAt;

    struct Steps
    {
        int verified = 0, of = 4;
    } steps;

    struct Planned
    {
        int done = 0, of = 0;
    } planned;

    struct Policy
    {
        enum class State { NotRead, None, On, ReportOnly, Off, NotKnown } state = State::NotRead;
        QString name = {};
    } policy;

    struct Proof
    {
        enum class State {
            NotPlayed,
            Passed,
            Failed,
            Disagrees, ///< something passed that the evaluator says cannot be
            Waits
        } state = State::NotPlayed;
        int passed = 0, of = 0; ///< of the moments that there are; a skipped one is none
        int shown = 0;          ///< of those passed: played in the demo tenant, or with a record of the real one
    } proof;

    struct LockedOut
    {
        enum class State {
            NotKnown,              ///< nothing was read, or what was read does not say; who is uncertain
            BreakGlassBlocked,     ///< who; now
            SomebodyBlocked,       ///< who; active, or would be after an activation, and blocked all the same
            WhatIfBlocks,          ///< who; Microsoft said so, whatever the locks look like
            WouldBlock,            ///< who; as soon as the policy is on
            BreakGlassRefused,     ///< by, reason
            NoBreakGlassNamed,     ///< and nobody has refused it on record
            NoPolicy,              ///< so it blocks nobody
            NotAsked,              ///< What-If
            WhatIfDiffers,         ///< who; should be blocked and would not be
            WhatIfIncomplete,      ///< who was not asked about; or what was wrong, in its own words, as the reason
            NobodyBreakGlassSpared ///< the locks and What-If say so of every break-glass account
        } state = State::NotKnown;
        QStringList who = {};
        QString by = {}, reason = {};
    } lockedOut;

    std::optional<Openable> openable; ///< whether somebody can open the gate, and who; empty: there is none, or it was not read
    std::optional<int> canSignIn;     ///< empty: not known
};

ReportFacts factsOf(const Evidence &evidence);
/// By names, never by words.
QJsonObject toJson(const ReportFacts &facts);

template <>
struct Names<ReportFacts::Policy::State>
{
    static constexpr std::array values{"notRead", "none", "on", "reportOnly", "off", "notKnown"};
};

template <>
struct Names<ReportFacts::Proof::State>
{
    static constexpr std::array values{"notPlayed", "passed", "failed", "disagrees", "waits"};
};

template <>
struct Names<ReportFacts::LockedOut::State>
{
    static constexpr std::array values{"notKnown",   "breakGlassBlocked", "somebodyBlocked",   "whatIfBlocks",
                                       "wouldBlock", "breakGlassRefused", "noBreakGlassNamed", "noPolicy",
                                       "notAsked",   "whatIfDiffers",     "whatIfIncomplete",  "nobodyBreakGlassSpared"};
};

} // namespace pimgate
