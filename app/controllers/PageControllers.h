#pragma once

#include "controllers/AccountsController.h"
#include "controllers/ProofController.h"
#include "controllers/ReadinessController.h"
#include "controllers/RegistrationController.h"
#include "controllers/ReportController.h"
#include "controllers/UnfinishedController.h"
#include "controllers/WelcomeController.h"
