<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
    <context>
        <name>Blueprint</name>
        <message numerus="yes">
            <source>%n more problem(s) follow.</source>
            <translation>
                <numerusform>%n more problem follows.</numerusform>
                <numerusform>%n more problems follow.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Cli</name>
        <message numerus="yes">
            <source>%1 in %2: %n change(s).</source>
            <translation>
                <numerusform>%1 in %2: %n change.</numerusform>
                <numerusform>%1 in %2: %n changes.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Make %n change(s) in %1?</source>
            <translation>
                <numerusform>Make %n change in %1?</numerusform>
                <numerusform>Make %n changes in %1?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Take back %n change(s) in %1?</source>
            <translation>
                <numerusform>Take back %n change in %1?</numerusform>
                <numerusform>Take back %n changes in %1?</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Evaluator</name>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n day</numerusform>
                <numerusform>%n days</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Evidence</name>
        <message numerus="yes">
            <source>%n change(s) still to make.</source>
            <translation>
                <numerusform>%n change still to make.</numerusform>
                <numerusform>%n changes still to make.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The tenant is no longer as planned: %n difference(s).</source>
            <translation>
                <numerusform>The tenant is no longer as planned: %n difference.</numerusform>
                <numerusform>The tenant is no longer as planned: %n differences.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n question(s) about %1 itself are unanswered. Answer them, and the verdict reads “closed”.</source>
            <translation>
                <numerusform>%n question about %1 itself is unanswered. Answer them, and the verdict reads “closed”.</numerusform>
                <numerusform>%n questions about %1 itself are unanswered. Answer them, and the verdict reads “closed”.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>IsoDuration</name>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n day</numerusform>
                <numerusform>%n days</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n hour(s)</source>
            <translation>
                <numerusform>%n hour</numerusform>
                <numerusform>%n hours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n minute(s)</source>
            <translation>
                <numerusform>%n minute</numerusform>
                <numerusform>%n minutes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n second(s)</source>
            <translation>
                <numerusform>%n second</numerusform>
                <numerusform>%n seconds</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Readiness</name>
        <message numerus="yes">
            <source>%1 and %n more</source>
            <translation>
                <numerusform>%1 and %n more</numerusform>
                <numerusform>%1 and %n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n people need one</source>
            <translation>
                <numerusform>%n person needs one</numerusform>
                <numerusform>%n people need one</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n seats</source>
            <translation>
                <numerusform>%n seat</numerusform>
                <numerusform>%n seats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n seats free</source>
            <translation>
                <numerusform>%n seat free</numerusform>
                <numerusform>%n seats free</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n named</source>
            <translation>
                <numerusform>%n named</numerusform>
                <numerusform>%n named</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n found that look like it. Are they?</source>
            <translation>
                <numerusform>%n found that look like it. Are they?</numerusform>
                <numerusform>%n found that look like it. Are they?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1, certificate good for %n days</source>
            <translation>
                <numerusform>%1, certificate good for %n day</numerusform>
                <numerusform>%1, certificate good for %n days</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n s apart</source>
            <translation>
                <numerusform>%n s apart</numerusform>
                <numerusform>%n s apart</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n minutes apart</source>
            <translation>
                <numerusform>%n minute apart</numerusform>
                <numerusform>%n minutes apart</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Report</name>
        <message numerus="yes">
            <source>%n person(s)</source>
            <translation>
                <numerusform>%n person</numerusform>
                <numerusform>%n people</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RulesDialog</name>
        <message numerus="yes">
            <source>All %n rules</source>
            <translation>
                <numerusform>All %n rule</numerusform>
                <numerusform>All %n rules</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Runner</name>
        <message numerus="yes">
            <source>%n more person(s) became eligible for it</source>
            <translation>
                <numerusform>%n more person became eligible for it</numerusform>
                <numerusform>%n more people became eligible for it</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SignIn</name>
        <message numerus="yes">
            <source>Nobody came back from the browser within %n minute(s).</source>
            <translation>
                <numerusform>Nobody came back from the browser within %n minute.</numerusform>
                <numerusform>Nobody came back from the browser within %n minutes.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Usage</name>
        <message numerus="yes">
            <source>%n min ago</source>
            <translation>
                <numerusform>%n min ago</numerusform>
                <numerusform>%n min ago</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s) ago</source>
            <translation>
                <numerusform>%n day ago</numerusform>
                <numerusform>%n days ago</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::ConditionalAccessController</name>
        <message numerus="yes">
            <source>Close the gate: %n change(s) in %1</source>
            <translation>
                <numerusform>Close the gate: %n change in %1</numerusform>
                <numerusform>Close the gate: %n changes in %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n people can sign in now; after closing only who has activated. The sign-in log could not be read.</source>
            <translation>
                <numerusform>%n person can sign in now; after closing only who has activated. The sign-in log could not be read.</numerusform>
                <numerusform>%n people can sign in now; after closing only who has activated. The sign-in log could not be read.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n people lose access.</source>
            <translation>
                <numerusform>%n person loses access.</numerusform>
                <numerusform>%n people lose access.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>So do %n who have not used it for 30 days.</source>
            <translation>
                <numerusform>So do %n who have not used it for 30 days.</numerusform>
                <numerusform>So do %n who have not used it for 30 days.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::GroupController</name>
        <message numerus="yes">
            <source>%n groups have this name. Choose one of them, or another name.</source>
            <translation>
                <numerusform>%n group has this name. Choose one of them, or another name.</numerusform>
                <numerusform>%n groups have this name. Choose one of them, or another name.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n with a similar name.</source>
            <translation>
                <numerusform>%n with a similar name.</numerusform>
                <numerusform>%n with a similar name.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n can be used; the others say why not.</source>
            <translation>
                <numerusform>%n can be used; the others say why not.</numerusform>
                <numerusform>%n can be used; the others say why not.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::GroupPage</name>
        <message numerus="yes">
            <source>%n people</source>
            <translation>
                <numerusform>%n person</numerusform>
                <numerusform>%n people</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::PimPage</name>
        <message numerus="yes">
            <source>%n eligible people</source>
            <translation>
                <numerusform>%n eligible people</numerusform>
                <numerusform>%n eligible people</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::ReadinessController</name>
        <message numerus="yes">
            <source>%n confirmed: %1</source>
            <translation>
                <numerusform>%n confirmed: %1</numerusform>
                <numerusform>%n confirmed: %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n need(s) attention</source>
            <translation>
                <numerusform>%n needs attention</numerusform>
                <numerusform>%n need attention</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::ReadinessPage</name>
        <message numerus="yes">
            <source>%n checks, all read-only. None stops you later.</source>
            <translation>
                <numerusform>%n check, all read-only. None stops you later.</numerusform>
                <numerusform>%n checks, all read-only. None stops you later.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n checks, all read-only.</source>
            <translation>
                <numerusform>%n check, all read-only.</numerusform>
                <numerusform>%n checks, all read-only.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::ReportController</name>
        <message numerus="yes">
            <source>%n question(s) left</source>
            <translation>
                <numerusform>%n question left</numerusform>
                <numerusform>%n questions left</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::SsoController</name>
        <message numerus="yes">
            <source>ended %n day(s) ago</source>
            <translation>
                <numerusform>ended %n day ago</numerusform>
                <numerusform>ended %n days ago</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>good for %n day(s)</source>
            <translation>
                <numerusform>good for %n day</numerusform>
                <numerusform>good for %n days</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n sign-in(s) in 30 days</source>
            <translation>
                <numerusform>%n sign-in in 30 days</numerusform>
                <numerusform>%n sign-ins in 30 days</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n other people</source>
            <translation>
                <numerusform>%n other people</numerusform>
                <numerusform>%n other people</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n people</source>
            <translation>
                <numerusform>%n person</numerusform>
                <numerusform>%n people</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n service account(s), by name: a guess</source>
            <translation>
                <numerusform>%n service account, by name: a guess</numerusform>
                <numerusform>%n service accounts, by name: a guess</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Decide about %1 and %n more first.</source>
            <translation>
                <numerusform>Decide about %1 and %n more first.</numerusform>
                <numerusform>Decide about %1 and %n more first.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n decision(s) left</source>
            <translation>
                <numerusform>%n decision left</numerusform>
                <numerusform>%n decisions left</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::SsoPage</name>
        <message numerus="yes">
            <source>%n people lose access then;</source>
            <translation>
                <numerusform>%n person loses access then;</numerusform>
                <numerusform>%n people lose access then;</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::StepController</name>
        <message numerus="yes">
            <source>Make %n change(s) in %1</source>
            <translation>
                <numerusform>Make %n change in %1</numerusform>
                <numerusform>Make %n changes in %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>working: %n still to come</source>
            <translation>
                <numerusform>working: %n still to come</numerusform>
                <numerusform>working: %n still to come</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::StepPanel</name>
        <message numerus="yes">
            <source>%n as asked</source>
            <translation>
                <numerusform>%n as asked</numerusform>
                <numerusform>%n as asked</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n still to come</source>
            <translation>
                <numerusform>%n still to come</numerusform>
                <numerusform>%n still to come</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n differ(s)</source>
            <translation>
                <numerusform>%n differs</numerusform>
                <numerusform>%n differ</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::UnfinishedPanel</name>
        <message numerus="yes">
            <source>%n change(s) made so far.</source>
            <translation>
                <numerusform>%n change made so far.</numerusform>
                <numerusform>%n changes made so far.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>pimgate::Workspace</name>
        <message numerus="yes">
            <source>%n people can sign in</source>
            <translation>
                <numerusform>%n person can sign in</numerusform>
                <numerusform>%n people can sign in</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Assignment: %n besides the group</source>
            <translation>
                <numerusform>Assignment: %n besides the group</numerusform>
                <numerusform>Assignment: %n besides the group</numerusform>
            </translation>
        </message>
    </context>
</TS>
