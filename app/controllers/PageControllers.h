#pragma once

#include "controllers/ProofController.h"
#include "controllers/ReadinessController.h"
#include "controllers/ReportController.h"
#include "controllers/WelcomeController.h"
