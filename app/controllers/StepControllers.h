#pragma once

#include "controllers/ConditionalAccessController.h"
#include "controllers/GroupController.h"
#include "controllers/PimController.h"
#include "controllers/SsoController.h"
