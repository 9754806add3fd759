#pragma once

// libseccomp, and its macros with arguments, which do not reach Swift.

#include <errno.h>
#include <seccomp.h>

// The action of the filter for calls that are not on the list.
static inline unsigned int vigil_refuse_with_eperm(void) { return SCMP_ACT_ERRNO(EPERM); }

// The action of the filter for calls that are to be taken for unknown to the kernel.
static inline unsigned int vigil_refuse_with_enosys(void) { return SCMP_ACT_ERRNO(ENOSYS); }

// A rule's condition: the bits of `mask` in argument `index` are all clear.
static inline struct scmp_arg_cmp vigil_bits_clear(unsigned int index, unsigned long mask) {
    return SCMP_CMP64(index, SCMP_CMP_MASKED_EQ, mask, 0);
}

// A rule's condition: argument `index` is this value.
static inline struct scmp_arg_cmp vigil_equals(unsigned int index, unsigned long value) {
    return SCMP_CMP64(index, SCMP_CMP_EQ, value);
}

// A rule's condition: the bits of `mask` in argument `index` are all set.
static inline struct scmp_arg_cmp vigil_bits_set(unsigned int index, unsigned long mask) {
    return SCMP_CMP64(index, SCMP_CMP_MASKED_EQ, mask, mask);
}

// A rule's condition: argument `index` is another value.
static inline struct scmp_arg_cmp vigil_differs(unsigned int index, unsigned long value) {
    return SCMP_CMP64(index, SCMP_CMP_NE, value);
}
