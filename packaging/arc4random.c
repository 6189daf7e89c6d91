// libstdc++ of Debian 12 uses arc4random, which glibc has only since version 2.36. With this function in the archive,
// the program also runs with glibc 2.35. packaging/static-libstdc++ compiles it.
#include <stdlib.h>
#include <unistd.h>

unsigned arc4random(void) {
    unsigned number;
    if (getentropy(&number, sizeof number) != 0) { abort(); }
    return number;
}
