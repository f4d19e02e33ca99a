#pragma once

#include "controllers/PageControllers.h"
#include "controllers/StepControllers.h"

namespace pimgate {

/// The controllers of one wizard, made together because they share one workspace.
struct Controllers
{
    Controllers(Services &services, WelcomeController::DemoCloud demoCloud)
        : workspace(services), welcome(workspace, std::move(demoCloud)), unfinished(workspace), accounts(workspace, welcome),
          registration(workspace), readiness(workspace), group(workspace), sso(workspace), pim(workspace),
          conditionalAccess(workspace), proof(workspace), report(workspace, proof)
    {
    }

    Workspace workspace;
    WelcomeController welcome;
    UnfinishedController unfinished;
    AccountsController accounts;
    RegistrationController registration;
    ReadinessController readiness;
    GroupController group;
    SsoController sso;
    PimController pim;
    ConditionalAccessController conditionalAccess;
    ProofController proof;
    ReportController report;
};

} // namespace pimgate
