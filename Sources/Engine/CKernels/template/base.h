// What every instruction set's kernel file needs first.
#include <math.h>
#include <string.h>
#include "../include/CKernels.h"

#define VIGIL_INLINE static inline __attribute__((always_inline))

// Adding and taking away 1.5 * 2^23 rounds to the nearest integer, ties to even, for |x| < 2^22;
// the low bits of the sum are the integer.
#define VIGIL_ROUNDER 12582912.0f
