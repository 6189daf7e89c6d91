#include "MemoryLimits.h"
