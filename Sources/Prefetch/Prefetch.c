// All of it is in the header, so that it costs one instruction.
#include "Prefetch.h"
