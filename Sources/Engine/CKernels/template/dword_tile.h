// Tiles of R rows by P panels whose sums stay in registers, for dot products of 4-byte groups: four
// 8-bit or two 16-bit values of consecutive k. Included once for each kind, with
//   VIGIL_DWORD(name)                  the names of this kind
//   VIGIL_DWORD_SUM, VIGIL_DWORD_ZERO()   sixteen sums
//   VIGIL_DWORD_DOT(sum, group, b)     adds the dot products of one group with those of 16
//                                         columns at b
//   VIGIL_DWORD_ROWS, VIGIL_DWORD_PANELS, VIGIL_DWORD_TILES(T)

// a: one packed row tile; b: panels `panel_step` bytes apart, each [groups][16][4 bytes].
VIGIL_INLINE void VIGIL_DWORD(tile)(const int R, const int P, size_t groups, const char *a,
                                    const char *b, size_t panel_step, VIGIL_DWORD_SUM *out,
                                    Prefetch *fetch) {
    VIGIL_DWORD_SUM sum[VIGIL_DWORD_ROWS][VIGIL_DWORD_PANELS];
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) sum[r][p] = VIGIL_DWORD_ZERO();
    }
#define VIGIL_STEP(g, is_ahead)                                                                    \
    do {                                                                                           \
        if (is_ahead) prefetch_step(a + 64 * (R + (g)), VIGIL_AHEAD(b + 64 * (g)), panel_step);    \
        for (int r = 0; r < R; r++) {                                                              \
            uint32_t group;                                                                        \
            memcpy(&group, a + 64 * r + 4 * (g), 4);                                               \
            for (int p = 0; p < P; p++) {                                                          \
                sum[r][p] = VIGIL_DWORD_DOT(sum[r][p], group, b + p * panel_step + 64 * (g));      \
            }                                                                                      \
        }                                                                                          \
    } while (0)
#define VIGIL_LINES(is_ahead)                                                                      \
    for (; lines > 0; lines--, a += 64 * R, b += 1024) {                                           \
        prefetch_some(fetch);                                                                      \
        for (int g = 0; g < 16; g += 4) {                                                          \
            VIGIL_STEP(g, is_ahead);                                                               \
            VIGIL_STEP(g + 1, is_ahead);                                                           \
            VIGIL_STEP(g + 2, is_ahead);                                                           \
            VIGIL_STEP(g + 3, is_ahead);                                                           \
        }                                                                                          \
    }
    size_t lines = groups / 16;
    if (P == 2 && fetch->is_ahead) VIGIL_LINES(1)
    VIGIL_LINES(0)
#undef VIGIL_LINES
    for (size_t g = 0; g < groups % 16; g++) VIGIL_STEP(g, 0);
#undef VIGIL_STEP
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) out[r * P + p] = sum[r][p];
    }
}

typedef void VIGIL_DWORD(TileFn)(size_t groups, const char *a, const char *b, size_t panel_step,
                                 VIGIL_DWORD_SUM *out, Prefetch *fetch);

#define VIGIL_TILE_FN(R, P)                                                                        \
    static void VIGIL_DWORD(tile_##R##x##P)(size_t groups, const char *a, const char *b,           \
                                            size_t panel_step, VIGIL_DWORD_SUM *out,               \
                                            Prefetch *fetch) {                                     \
        VIGIL_DWORD(tile)(R, P, groups, a, b, panel_step, out, fetch);                             \
    }
VIGIL_DWORD_TILES(VIGIL_TILE_FN)
#undef VIGIL_TILE_FN

#define VIGIL_TILE_FN(R, P) [R - 1][P - 1] = VIGIL_DWORD(tile_##R##x##P),
static VIGIL_DWORD(TileFn) *const VIGIL_DWORD(tiles)[VIGIL_DWORD_ROWS][VIGIL_DWORD_PANELS] = {
    VIGIL_DWORD_TILES(VIGIL_TILE_FN)};
#undef VIGIL_TILE_FN
