#include "SQLiteLog.h"
