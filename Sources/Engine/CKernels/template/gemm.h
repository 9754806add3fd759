// The end of every matrix product: bias, activation, residual, and where a tile's results go.

// A tile of results: [rows][panels * 16].
typedef struct {
    size_t rows, panels;
    size_t sums_row;            // floats from row to row of the sums
    size_t columns;             // real columns of this tile, at most panels * 16
    char *c;
    size_t c_row, c_panel;      // bytes from row to row, from panel to panel
    const char *residual;       // the same for the residual, 64 bytes from panel to panel; or NULL
    size_t residual_row;
    const float *bias;          // of the tile's first column, or NULL
    const float *row_factor;    // multiplies each row first, or NULL
    vigil_activation activation;
} Tile;

// The activations that go before the residual.
VIGIL_INLINE vigil_activation gemm_inner(vigil_activation activation) {
    return activation == VIGIL_ACT_RELU ? VIGIL_ACT_NONE : activation;
}

// Adds the residual and stores one vector of a panel with `columns` real columns.
VIGIL_INLINE void finish_vector(V16 v, char *c, const char *residual, size_t columns,
                                vigil_activation activation) {
    vigil_activation last = activation == VIGIL_ACT_RELU ? VIGIL_ACT_RELU : VIGIL_ACT_NONE;
    if (columns >= 16) {
        if (residual) v = v16_add(v, v16_load((const float *)residual));
        v16_store((float *)c, v16_activate(v, last));
    } else {
        if (residual) v = v16_add(v, v16_load_n((const float *)residual, columns));
        v16_store_n((float *)c, v16_activate(v, last), columns);
    }
}

// Calls FINISH(activation) with each activation as a constant.
#define VIGIL_BY_ACTIVATION(activation, FINISH)                                                    \
    switch (activation) {                                                                          \
    case VIGIL_ACT_NONE: FINISH(VIGIL_ACT_NONE); break;                                            \
    case VIGIL_ACT_GELU: FINISH(VIGIL_ACT_GELU); break;                                            \
    case VIGIL_ACT_QUICK_GELU: FINISH(VIGIL_ACT_QUICK_GELU); break;                                \
    case VIGIL_ACT_GELU_TANH: FINISH(VIGIL_ACT_GELU_TANH); break;                                  \
    case VIGIL_ACT_RELU: FINISH(VIGIL_ACT_RELU); break;                                            \
    }

VIGIL_INLINE void finish_panel(const Tile *t, const float *sums, size_t panel,
                               vigil_activation activation) {
    size_t columns = t->columns - panel * 16;
    V16 bias = t->bias ? v16_load(t->bias + panel * 16) : v16_set1(0.0f);
    char *c = t->c + panel * t->c_panel;
    const char *residual = t->residual ? t->residual + panel * 64 : NULL;
    sums += panel * 16;
    for (size_t row = 0; row < t->rows; row++, sums += t->sums_row, c += t->c_row) {
        V16 v = v16_load(sums);
        if (t->row_factor) v = v16_mul(v, v16_set1(t->row_factor[row]));
        v = v16_activate(v16_add(v, bias), gemm_inner(activation));
        finish_vector(v, c, residual, columns, activation);
        if (residual) residual += t->residual_row;
    }
}

// sums: [rows][panels * 16], rows sums_row apart.
static inline void finish_tile(const Tile *t, const float *sums) {
    for (size_t panel = 0; panel < t->panels; panel++) {
#define VIGIL_FINISH(activation) finish_panel(t, sums, panel, activation)
        VIGIL_BY_ACTIVATION(t->activation, VIGIL_FINISH)
#undef VIGIL_FINISH
    }
}

// The tile of `g` at row tile `start` of height `rows` and panel `panel`.
VIGIL_INLINE Tile gemm_tile(const vigil_gemm *g, size_t start, size_t rows, size_t panel,
                            size_t panels) {
    size_t column = panel * 16, left = g->columns - column;
    Tile t = {
        .rows = rows,
        .panels = panels,
        .sums_row = panels * 16,
        .columns = left < panels * 16 ? left : panels * 16,
        .bias = g->bias ? g->bias + column : NULL,
        .activation = g->activation,
    };
    if (g->c_packed) {
        size_t lines = (g->columns + 15) / 16;
        t.c = (char *)g->c + (start * lines + panel * rows) * 64;
        t.c_row = 64;
        t.c_panel = rows * 64;
    } else {
        t.c = (char *)(g->c + start * g->c_stride + column);
        t.c_row = g->c_stride * sizeof(float);
        t.c_panel = 64;
    }
    if (g->residual) {
        t.residual = (const char *)(g->residual + start * g->residual_stride + column);
        t.residual_row = g->residual_stride * sizeof(float);
    }
    return t;
}

// What to fetch while row tiles are at work, so much at every line of a. The next weights go to L2,
// so that the first of the next panels does not wait for L3: `each` lines from `runs` stretches.
// Where a tile's results go is fetched a row at a time while the tile's last lines are at work: all
// at once would hold up the tile's own loads, and early on it would be pushed out of L1 again.
typedef struct {
    const char *next, *end;
    size_t each, run, gap, runs;
    const Tile *results;
    int is_ahead;               // whether tiles of two panels fetch to L1, see prefetch_step
    size_t before;              // lines of a before the first row of the results
    size_t row, rows, rows_each;  // the next row, their end, how many at a line
} Prefetch;

// `runs` stretches of `run` bytes from `next` on, `step` bytes apart, while `tiles` row tiles of
// `lines` lines are at work. Two panels of so many bytes and a tile's rows, nearly as many, stay in
// L1 by themselves if they have room in 24 KB, of the 32 KB that the smallest caches have.
VIGIL_INLINE Prefetch prefetch_for(const void *next, size_t run, size_t step, size_t runs,
                                   size_t tiles, size_t lines) {
    uint32_t steps = (uint32_t)(tiles * (lines ? lines : 1));
    uint32_t total = (uint32_t)(runs * run / 64);
    const char *first = next;
    return (Prefetch){.next = first, .end = runs ? first + run : first,
                      .each = (total + steps - 1) / steps, .run = run, .gap = step - run,
                      .runs = runs ? runs - 1 : 0, .is_ahead = 3 * run > 24 * 1024};
}

// The results of `t` as well, while its `lines` lines are at work.
VIGIL_INLINE void prefetch_results(Prefetch *p, const Tile *t, size_t lines) {
    // The last row needs a line or two until it is there.
    size_t wanted = t->rows + 2, least = lines ? lines : 1;
    p->results = t;
    p->before = lines > wanted ? lines - wanted : 0;
    p->row = 0;
    p->rows = t->rows;
    p->rows_each = (uint32_t)(t->rows + least - 1) / (uint32_t)least;
}

VIGIL_INLINE void prefetch_rows(Prefetch *p) {
    const Tile *t = p->results;
    size_t end = p->row + p->rows_each < p->rows ? p->row + p->rows_each : p->rows;
#pragma clang loop unroll(disable)
    for (; p->row < end; p->row++) {
        const char *c = t->c + p->row * t->c_row;
        for (size_t panel = 0; panel < t->panels; panel++, c += t->c_panel) {
            __builtin_prefetch(c, 1, 3);
        }
        if (!t->residual || t->residual == t->c) continue;
        const char *residual = t->residual + p->row * t->residual_row;
        for (size_t panel = 0; panel < t->panels; panel++) {
            __builtin_prefetch(residual + panel * 64, 0, 3);
        }
    }
}

VIGIL_INLINE void prefetch_some(Prefetch *p) {
    if (p->before) p->before--;
    else if (p->row < p->rows) prefetch_rows(p);
    if (p->next >= p->end) {
        if (!p->runs) return;
        p->next = p->end + p->gap;
        p->end = p->next + p->run;
        p->runs--;
    }
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < p->each; i++) __builtin_prefetch(p->next + i * 64, 0, 2);
    p->next += p->each * 64;
}

// Where the line lies that a panel at b has eight steps of k later.
#define VIGIL_AHEAD(b) ((const char *)(b) + 64 * 8)

// What a step of a tile of two panels fetches to L1: the lines of both panels of a later step at
// `b`, and one row at `a` of a's next line.
VIGIL_INLINE void prefetch_step(const void *a, const char *b, size_t panel_step) {
    __builtin_prefetch(a, 0, 3);
    __builtin_prefetch(b, 0, 3);
    __builtin_prefetch(b + panel_step, 0, 3);
}
