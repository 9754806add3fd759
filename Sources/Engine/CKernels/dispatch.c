// What this processor can run, and the kernels for it.
#include "include/CKernels.h"

static const char *const names[VIGIL_ISA_COUNT] = {
    [VIGIL_SCALAR] = "scalar",         [VIGIL_AVX2] = "avx2",
    [VIGIL_AVXVNNI] = "avxvnni",       [VIGIL_AVX512] = "avx512",
    [VIGIL_AVX512VNNI] = "avx512vnni", [VIGIL_AVX512BF16] = "avx512bf16",
    [VIGIL_AVX512FP16] = "avx512fp16", [VIGIL_NEON] = "neon",
    [VIGIL_NEONDOTPROD] = "neondotprod", [VIGIL_NEONI8MM] = "neoni8mm",
};

const char *vigil_isa_name(vigil_isa isa) {
    return (unsigned)isa < VIGIL_ISA_COUNT ? names[isa] : "unknown";
}

#if defined(__x86_64__)
#include <cpuid.h>

// AVX-VNNI: CPUID leaf 7, subleaf 1, EAX bit 4. It uses the state of AVX, which the builtin for
// AVX2 has found enabled by the operating system.
static int has_avx_vnni(void) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid_count(7, 1, &a, &b, &c, &d)) return 0;
    return __builtin_cpu_supports("avx2") && (a >> 4 & 1);
}

// AVX512-FP16: CPUID leaf 7, subleaf 0, EDX bit 23; state as of AVX-512.
static int has_avx512_fp16(void) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    return __builtin_cpu_supports("avx512f") && (d >> 23 & 1);
}

int vigil_isa_supported(vigil_isa isa) {
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
        && __builtin_cpu_supports("f16c");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    int vnni = avx512 && __builtin_cpu_supports("avx512vnni");
    int bf16 = vnni && __builtin_cpu_supports("avx512bf16");
    switch (isa) {
    case VIGIL_SCALAR: return 1;
    case VIGIL_AVX2: return avx2;
    case VIGIL_AVXVNNI: return avx2 && has_avx_vnni();
    case VIGIL_AVX512: return avx512;
    case VIGIL_AVX512VNNI: return vnni;
    case VIGIL_AVX512BF16: return bf16;
    case VIGIL_AVX512FP16: return bf16 && has_avx512_fp16();
    default: return 0;
    }
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

#define VIGIL_HWCAP_ASIMDDP (1ul << 20)
#define VIGIL_HWCAP2_I8MM (1ul << 13)

int vigil_isa_supported(vigil_isa isa) {
    int dotprod = (getauxval(AT_HWCAP) & VIGIL_HWCAP_ASIMDDP) != 0;
    switch (isa) {
    case VIGIL_SCALAR: return 1;
    case VIGIL_NEON: return 1;
    case VIGIL_NEONDOTPROD: return dotprod;
    case VIGIL_NEONI8MM: return dotprod && (getauxval(AT_HWCAP2) & VIGIL_HWCAP2_I8MM) != 0;
    default: return 0;
    }
}
#else
int vigil_isa_supported(vigil_isa isa) { return isa == VIGIL_SCALAR; }
#endif

vigil_isa vigil_isa_best(void) {
    for (int isa = VIGIL_ISA_COUNT - 1; isa > 0; isa--) {
        if (vigil_isa_supported((vigil_isa)isa)) return (vigil_isa)isa;
    }
    return VIGIL_SCALAR;
}

// The names of kernels.def.
#define VIGIL_ROW_scalar VIGIL_SCALAR
#define VIGIL_ROW_avx2 VIGIL_AVX2
#define VIGIL_ROW_avxvnni VIGIL_AVXVNNI
#define VIGIL_ROW_avx512 VIGIL_AVX512
#define VIGIL_ROW_avx512vnni VIGIL_AVX512VNNI
#define VIGIL_ROW_avx512bf16 VIGIL_AVX512BF16
#define VIGIL_ROW_avx512fp16 VIGIL_AVX512FP16
#define VIGIL_ROW_neon VIGIL_NEON
#define VIGIL_ROW_neondotprod VIGIL_NEONDOTPROD
#define VIGIL_ROW_neoni8mm VIGIL_NEONI8MM

int vigil_kernels_for(vigil_isa isa, vigil_kernels *out) {
    if (!vigil_isa_supported(isa)) return 0;
    vigil_kernels table = {.isa = isa};
    // Rows stand in ascending order; one counts if its set is at or below the chosen one. AVX-512
    // replaces every row of AVX-VNNI, which it does not include.
#define VIGIL_KERNEL(name, row_isa)                                                                \
    if (VIGIL_ROW_##row_isa <= isa) table.name = vigil_##name##__##row_isa;
#define VIGIL_TILE(kind, row_isa, rows)                                                            \
    if (VIGIL_ROW_##row_isa <= isa) table.tile_rows_##kind = rows;
#include "include/kernels.def"
#undef VIGIL_KERNEL
#undef VIGIL_TILE
    *out = table;
    return 1;
}

static const vigil_kernel_row rows[] = {
#define VIGIL_KERNEL(name, row_isa) {#name, #name "__" #row_isa, VIGIL_ROW_##row_isa},
#define VIGIL_TILE(kind, row_isa, rows)
#include "include/kernels.def"
};

size_t vigil_kernel_row_count(void) { return sizeof rows / sizeof rows[0]; }

vigil_kernel_row vigil_kernel_row_at(size_t index) {
    return rows[index < vigil_kernel_row_count() ? index : 0];
}
