// Sums and extremes of a row in one fixed order.

// Sums run in 64 virtual lanes, four vectors at a time, so that they do not wait for one another:
// element i goes to lane i % 64. The lanes are added in one fixed tree.
typedef struct {
    V16 part[4];
} Lanes;

VIGIL_INLINE Lanes lanes_of(float x) {
    V16 v = v16_set1(x);
    return (Lanes){{v, v, v, v}};
}
VIGIL_INLINE float lanes_sum(Lanes l) {
    return v16_sum(v16_add(v16_add(l.part[0], l.part[1]), v16_add(l.part[2], l.part[3])));
}
VIGIL_INLINE float lanes_highest(Lanes l) {
    return v16_highest(v16_max(v16_max(l.part[0], l.part[1]), v16_max(l.part[2], l.part[3])));
}

// Does BODY(i, part, vector) for each 16 elements of x from i on, the last of them filled with
// `fill`.
#define VIGIL_EACH_PART(x, n, fill, BODY)                                                          \
    do {                                                                                           \
        size_t i_ = 0;                                                                             \
        for (; i_ + 64 <= (n); i_ += 64) {                                                         \
            for (int part = 0; part < 4; part++) {                                                 \
                BODY(part, v16_load((x) + i_ + 16 * part));                                        \
            }                                                                                      \
        }                                                                                          \
        for (int part = 0; i_ < (n); i_ += 16, part++) {                                           \
            if (i_ + 16 <= (n)) {                                                                  \
                BODY(part, v16_load((x) + i_));                                                    \
            } else {                                                                               \
                BODY(part, v16_load_or((x) + i_, (n) - i_, fill));                                 \
            }                                                                                      \
        }                                                                                          \
    } while (0)

// Does BODY(line, part) for lines 0..<lines, with part = line % 4 a constant in the unrolled loop.
#define VIGIL_EACH_LINE(lines, BODY)                                                               \
    do {                                                                                           \
        size_t l_ = 0;                                                                             \
        for (; l_ + 4 <= (lines); l_ += 4) {                                                       \
            BODY(l_, 0);                                                                           \
            BODY(l_ + 1, 1);                                                                       \
            BODY(l_ + 2, 2);                                                                       \
            BODY(l_ + 3, 3);                                                                       \
        }                                                                                          \
        if (l_ < (lines)) BODY(l_, 0);                                                             \
        if (l_ + 1 < (lines)) BODY(l_ + 1, 1);                                                     \
        if (l_ + 2 < (lines)) BODY(l_ + 2, 2);                                                     \
    } while (0)

VIGIL_INLINE void lanes_add(Lanes *l, size_t part, V16 v) {
    switch (part % 4) {
    case 0: l->part[0] = v16_add(l->part[0], v); break;
    case 1: l->part[1] = v16_add(l->part[1], v); break;
    case 2: l->part[2] = v16_add(l->part[2], v); break;
    default: l->part[3] = v16_add(l->part[3], v); break;
    }
}
