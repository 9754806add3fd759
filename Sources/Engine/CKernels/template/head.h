// What both forms of attention share.

// Fetches a share of the next head's rows into L2 while tile `tile` of `tiles` is at work: they lie
// far apart, where the processor's own prefetchers do not look.
static inline void prefetch_next_head(const vigil_attention *a, size_t tile, size_t tiles) {
    size_t end = a->next_rows * (tile + 1) / tiles;
    for (size_t row = a->next_rows * tile / tiles; row < end; row++) {
        for (int which = 0; which < 3; which++) {
            if (!a->next[which]) continue;
            const float *from = a->next[which] + row * (which ? a->kv_stride : a->q_stride);
            for (size_t i = 0; i < a->head_dim; i += 16) __builtin_prefetch(from + i, 0, 2);
        }
    }
}
