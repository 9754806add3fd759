// Tiles of R rows by P panels whose sums stay in registers, for dot products of 4-byte groups: four
// 8-bit or two 16-bit values of consecutive k. Included once for each kind, with
//   VK_DWORD(name)                  the names of this kind
//   VK_DWORD_SUM, VK_DWORD_ZERO()   sixteen sums
//   VK_DWORD_DOT(sum, group, b)     adds the dot products of one group with those of 16 columns at
// b
//   VK_DWORD_ROWS, VK_DWORD_PANELS, VK_DWORD_TILES(T)

// a: one packed row tile; b: panels `panel_step` bytes apart, each [groups][16][4 bytes].
VK_INLINE void VK_DWORD(tile)(const int R, const int P, size_t groups, const char *a, const char *b,
                              size_t panel_step, VK_DWORD_SUM *out, Prefetch *fetch) {
    VK_DWORD_SUM sum[VK_DWORD_ROWS][VK_DWORD_PANELS];
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) sum[r][p] = VK_DWORD_ZERO();
    }
#define VK_STEP(g)                                                                                 \
    do {                                                                                           \
        for (int r = 0; r < R; r++) {                                                              \
            uint32_t group;                                                                        \
            memcpy(&group, a + 64 * r + 4 * (g), 4);                                               \
            for (int p = 0; p < P; p++) {                                                          \
                sum[r][p] = VK_DWORD_DOT(sum[r][p], group, b + p * panel_step + 64 * (g));         \
            }                                                                                      \
        }                                                                                          \
    } while (0)
    size_t lines = groups / 16;
    for (size_t l = 0; l < lines; l++, a += 64 * R, b += 1024) {
        prefetch_some(fetch);
        for (int g = 0; g < 16; g += 4) {
            VK_STEP(g);
            VK_STEP(g + 1);
            VK_STEP(g + 2);
            VK_STEP(g + 3);
        }
    }
    for (size_t g = 0; g < groups % 16; g++) VK_STEP(g);
#undef VK_STEP
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) out[r * P + p] = sum[r][p];
    }
}

typedef void VK_DWORD(TileFn)(size_t groups, const char *a, const char *b, size_t panel_step,
                              VK_DWORD_SUM *out, Prefetch *fetch);

#define VK_TILE_FN(R, P)                                                                           \
    static void VK_DWORD(tile_##R##x##P)(size_t groups, const char *a, const char *b,              \
                                         size_t panel_step, VK_DWORD_SUM *out, Prefetch *fetch) {  \
        VK_DWORD(tile)(R, P, groups, a, b, panel_step, out, fetch);                                \
    }
VK_DWORD_TILES(VK_TILE_FN)
#undef VK_TILE_FN

#define VK_TILE_FN(R, P) [R - 1][P - 1] = VK_DWORD(tile_##R##x##P),
static VK_DWORD(TileFn) *const VK_DWORD(tiles)[VK_DWORD_ROWS][VK_DWORD_PANELS] = {
    VK_DWORD_TILES(VK_TILE_FN)};
#undef VK_TILE_FN
