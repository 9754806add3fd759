// What this processor can run, and the kernels for it.
#include "include/CKernels.h"

static const char *const names[VK_ISA_COUNT] = {
    [VK_SCALAR] = "scalar",         [VK_AVX2] = "avx2",
    [VK_AVXVNNI] = "avxvnni",       [VK_AVX512] = "avx512",
    [VK_AVX512VNNI] = "avx512vnni", [VK_AVX512BF16] = "avx512bf16",
    [VK_AVX512FP16] = "avx512fp16", [VK_NEON] = "neon",
    [VK_NEONDOTPROD] = "neondotprod", [VK_NEONI8MM] = "neoni8mm",
};

const char *vk_isa_name(vk_isa isa) {
    return (unsigned)isa < VK_ISA_COUNT ? names[isa] : "unknown";
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

int vk_isa_supported(vk_isa isa) {
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
        && __builtin_cpu_supports("f16c");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    int vnni = avx512 && __builtin_cpu_supports("avx512vnni");
    int bf16 = vnni && __builtin_cpu_supports("avx512bf16");
    switch (isa) {
    case VK_SCALAR: return 1;
    case VK_AVX2: return avx2;
    case VK_AVXVNNI: return avx2 && has_avx_vnni();
    case VK_AVX512: return avx512;
    case VK_AVX512VNNI: return vnni;
    case VK_AVX512BF16: return bf16;
    case VK_AVX512FP16: return bf16 && has_avx512_fp16();
    default: return 0;
    }
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

#define VK_HWCAP_ASIMDDP (1ul << 20)
#define VK_HWCAP2_I8MM (1ul << 13)

int vk_isa_supported(vk_isa isa) {
    int dotprod = (getauxval(AT_HWCAP) & VK_HWCAP_ASIMDDP) != 0;
    switch (isa) {
    case VK_SCALAR: return 1;
    case VK_NEON: return 1;
    case VK_NEONDOTPROD: return dotprod;
    case VK_NEONI8MM: return dotprod && (getauxval(AT_HWCAP2) & VK_HWCAP2_I8MM) != 0;
    default: return 0;
    }
}
#else
int vk_isa_supported(vk_isa isa) { return isa == VK_SCALAR; }
#endif

vk_isa vk_isa_best(void) {
    for (int isa = VK_ISA_COUNT - 1; isa > 0; isa--) {
        if (vk_isa_supported((vk_isa)isa)) return (vk_isa)isa;
    }
    return VK_SCALAR;
}

// The names of kernels.def.
#define VK_ROW_scalar VK_SCALAR
#define VK_ROW_avx2 VK_AVX2
#define VK_ROW_avxvnni VK_AVXVNNI
#define VK_ROW_avx512 VK_AVX512
#define VK_ROW_avx512vnni VK_AVX512VNNI
#define VK_ROW_avx512bf16 VK_AVX512BF16
#define VK_ROW_avx512fp16 VK_AVX512FP16
#define VK_ROW_neon VK_NEON
#define VK_ROW_neondotprod VK_NEONDOTPROD
#define VK_ROW_neoni8mm VK_NEONI8MM

int vk_kernels_for(vk_isa isa, vk_kernels *out) {
    if (!vk_isa_supported(isa)) return 0;
    vk_kernels table = {.isa = isa};
    // Rows stand in ascending order; one counts if its set is at or below the chosen one. AVX-512
    // replaces every row of AVX-VNNI, which it does not include.
#define VK_KERNEL(name, row_isa)                                                                   \
    if (VK_ROW_##row_isa <= isa) table.name = vk_##name##__##row_isa;
#define VK_TILE(kind, row_isa, rows)                                                               \
    if (VK_ROW_##row_isa <= isa) table.tile_rows_##kind = rows;
#include "include/kernels.def"
#undef VK_KERNEL
#undef VK_TILE
    *out = table;
    return 1;
}

static const vk_kernel_row rows[] = {
#define VK_KERNEL(name, row_isa) {#name, #name "__" #row_isa, VK_ROW_##row_isa},
#define VK_TILE(kind, row_isa, rows)
#include "include/kernels.def"
};

size_t vk_kernel_row_count(void) { return sizeof rows / sizeof rows[0]; }

vk_kernel_row vk_kernel_row_at(size_t index) {
    return rows[index < vk_kernel_row_count() ? index : 0];
}
