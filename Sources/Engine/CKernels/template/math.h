// exp and the activations over V16, a vector of 16 virtual lanes. Included by each instruction
// set's kernel file after its vector.h, so that all of them run the same operations in the same
// order.
//
// Polynomials: weighted minimax fits by iterated least squares in float64, rounded to float32.

// 2^r for r in [-0.5, 0.5]; relative error of the fit 9.2e-8.
VIGIL_INLINE V16 v16_exp2_poly5(V16 r) {
    V16 p = v16_set1(0.001326472731307149f);
    p = v16_fma(p, r, v16_set1(0.009671512991189957f));
    p = v16_fma(p, r, v16_set1(0.05550733581185341f));
    p = v16_fma(p, r, v16_set1(0.24022242426872253f));
    p = v16_fma(p, r, v16_set1(0.6931470036506653f));
    return v16_fma(p, r, v16_set1(1.0f));
}

// The same with relative error 2e-9, so that rounding is all that is left.
VIGIL_INLINE V16 v16_exp2_poly6(V16 r) {
    V16 p = v16_set1(0.00015353361959569156f);
    p = v16_fma(p, r, v16_set1(0.0013398873852565885f));
    p = v16_fma(p, r, v16_set1(0.00961843691766262f));
    p = v16_fma(p, r, v16_set1(0.055503323674201965f));
    p = v16_fma(p, r, v16_set1(0.24022647738456726f));
    p = v16_fma(p, r, v16_set1(0.6931471824645996f));
    return v16_fma(p, r, v16_set1(1.0f));
}

// The same with relative error 7.5e-5, for what is rounded to 8 or 15 bits afterwards.
VIGIL_INLINE V16 v16_exp2_poly3(V16 r) {
    V16 p = v16_set1(0.0551716685295105f);
    p = v16_fma(p, r, v16_set1(0.2426111251115799f));
    p = v16_fma(p, r, v16_set1(0.6932609677314758f));
    return v16_fma(p, r, v16_set1(0.9999280571937561f));
}

// 2^x for x <= 127, relative error 7.5e-5; 2^-100 for all x below -100 and for NaN.
VIGIL_INLINE V16 v16_coarse_exp2(V16 x) {
    V16 bounded = v16_max(x, v16_set1(-100.0f));
    V16 rounded = v16_add(bounded, v16_set1(VIGIL_ROUNDER));
    V16 r = v16_sub(bounded, v16_sub(rounded, v16_set1(VIGIL_ROUNDER)));
    return v16_scale_exponent(v16_exp2_poly3(r), rounded);
}

// e^x for x <= 88; 0 below -87 (the true value is under 2^-125). At most 1.5 ulp, tested.
VIGIL_INLINE V16 v16_exp(V16 x) {
    const V16 log2e_high = v16_set1(1.44269502162933349609375f);
    const V16 log2e_low = v16_set1(1.9259629911266174681e-8f);
    V16 bounded = v16_max(x, v16_set1(-87.0f));
    V16 rounded = v16_fma(bounded, log2e_high, v16_set1(VIGIL_ROUNDER));
    V16 n = v16_sub(rounded, v16_set1(VIGIL_ROUNDER));
    V16 r = v16_fms(bounded, log2e_high, n);
    r = v16_fma(bounded, log2e_low, r);
    V16 e = v16_scale_exponent(v16_exp2_poly6(r), rounded);
    return v16_zero_below(x, -87.0f, e);
}

// 1 / d for d in [1, 2^100], within 2 ulp: a linear guess on the bits and three Newton steps. It
// costs a quarter of a division on AVX-512.
VIGIL_INLINE V16 v16_reciprocal(V16 d) {
    const V16 one = v16_set1(1.0f);
    V16 y = v16_reciprocal_guess(d);
    for (int step = 0; step < 3; step++) {
        V16 error = v16_fnma(d, y, one);
        y = v16_fma(y, error, y);
    }
    return y;
}

// x / (1 + e^(-s)), the sigmoid form of two of the activations.
VIGIL_INLINE V16 v16_times_sigmoid(V16 x, V16 s) {
    const V16 minus_log2e = v16_set1(-1.44269502162933349609375f);
    V16 bounded = v16_min(v16_max(s, v16_set1(-60.0f)), v16_set1(60.0f));
    V16 rounded = v16_fma(bounded, minus_log2e, v16_set1(VIGIL_ROUNDER));
    V16 n = v16_sub(rounded, v16_set1(VIGIL_ROUNDER));
    V16 r = v16_fms(bounded, minus_log2e, n);
    V16 e = v16_scale_exponent(v16_exp2_poly5(r), rounded);
    return v16_mul(x, v16_reciprocal(v16_add(v16_set1(1.0f), e)));
}

// x * sigmoid(1.702 x), of OpenAI's CLIP.
VIGIL_INLINE V16 v16_quick_gelu(V16 x) {
    return v16_times_sigmoid(x, v16_mul(x, v16_set1(1.702f)));
}

// 0.5 x (1 + tanh(u)) = x * sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
VIGIL_INLINE V16 v16_gelu_tanh(V16 x) {
    V16 square = v16_mul(x, x);
    V16 u = v16_fma(square, v16_set1(0.07135481282671f), v16_set1(1.5957691216057308f));
    return v16_times_sigmoid(x, v16_mul(x, u));
}

// Phi(-a) for a in [0, 6]; log2 of it is a polynomial in a. The error of the fit times a is at most
// 3.5e-8.
VIGIL_INLINE V16 v16_normal_tail(V16 a) {
    V16 q = v16_set1(4.288441687094746e-06f);
    q = v16_fma(q, a, v16_set1(-1.2681974112638272e-05f));
    q = v16_fma(q, a, v16_set1(-0.000577569764573127f));
    q = v16_fma(q, a, v16_set1(0.007678459398448467f));
    q = v16_fma(q, a, v16_set1(-0.052963677793741226f));
    q = v16_fma(q, a, v16_set1(-0.45902928709983826f));
    q = v16_fma(q, a, v16_set1(-1.151133418083191f));
    q = v16_fma(q, a, v16_set1(-0.9999989867210388f));
    V16 rounded = v16_add(q, v16_set1(VIGIL_ROUNDER));
    V16 r = v16_sub(q, v16_sub(rounded, v16_set1(VIGIL_ROUNDER)));
    return v16_scale_exponent(v16_exp2_poly5(r), rounded);
}

// x * Phi(x) = max(x, 0) - |x| * Phi(-|x|); |x| Phi(-|x|) < 6e-9 beyond 6.
VIGIL_INLINE V16 v16_gelu(V16 x) {
    V16 a = v16_min(v16_abs(x), v16_set1(6.0f));
    return v16_fnma(a, v16_normal_tail(a), v16_max(x, v16_set1(0.0f)));
}

VIGIL_INLINE V16 v16_activate(V16 x, vigil_activation activation) {
    switch (activation) {
    case VIGIL_ACT_GELU: return v16_gelu(x);
    case VIGIL_ACT_QUICK_GELU: return v16_quick_gelu(x);
    case VIGIL_ACT_GELU_TANH: return v16_gelu_tanh(x);
    case VIGIL_ACT_RELU: return v16_max(v16_set1(0.0f), x);
    case VIGIL_ACT_NONE: break;
    }
    return x;
}

// The activations for 8-bit products, whose rounding leaves about 1e-3 of a row's range: 17
// operations instead of 21 to 29, absolute error at most 1e-4, tested.
//
// All are max(x, 0) - a * 2^q(a), a = min(|x|, bound), with log2 of the gate at -a as the
// polynomial q.
VIGIL_INLINE V16 v16_coarse_gate(V16 x, V16 a, V16 q) {
    V16 rounded = v16_add(q, v16_set1(VIGIL_ROUNDER));
    V16 r = v16_sub(q, v16_sub(rounded, v16_set1(VIGIL_ROUNDER)));
    V16 gate = v16_scale_exponent(v16_exp2_poly3(r), rounded);
    return v16_fnma(a, gate, v16_max(x, v16_set1(0.0f)));
}

// log2 Phi(-a) on [0, 5]; error of the result 6.3e-6.
VIGIL_INLINE V16 v16_coarse_gelu(V16 x) {
    V16 a = v16_min(v16_abs(x), v16_set1(5.0f));
    V16 q = v16_set1(0.003902062540873885f);
    q = v16_fma(q, a, v16_set1(-0.04428071156144142f));
    q = v16_fma(q, a, v16_set1(-0.4676376283168793f));
    q = v16_fma(q, a, v16_set1(-1.147642970085144f));
    q = v16_fma(q, a, v16_set1(-1.0004196166992188f));
    return v16_coarse_gate(x, a, q);
}

// log2 sigmoid(-1.702 a) on [0, 7]; error of the result 6.1e-5.
VIGIL_INLINE V16 v16_coarse_quick_gelu(V16 x) {
    V16 a = v16_min(v16_abs(x), v16_set1(7.0f));
    V16 q = v16_set1(0.0006836788961663842f);
    q = v16_fma(q, a, v16_set1(-0.018637171015143394f));
    q = v16_fma(q, a, v16_set1(0.16403931379318237f));
    q = v16_fma(q, a, v16_set1(-0.6563810706138611f));
    q = v16_fma(q, a, v16_set1(-1.1823941469192505f));
    q = v16_fma(q, a, v16_set1(-1.0046114921569824f));
    return v16_coarse_gate(x, a, q);
}

// log2 sigmoid(-2u) for the tanh form, on [0, 5]; error of the result 4.7e-6.
VIGIL_INLINE V16 v16_coarse_gelu_tanh(V16 x) {
    V16 a = v16_min(v16_abs(x), v16_set1(5.0f));
    V16 q = v16_set1(-0.001997667597606778f);
    q = v16_fma(q, a, v16_set1(0.008877508342266083f));
    q = v16_fma(q, a, v16_set1(-0.047822557389736176f));
    q = v16_fma(q, a, v16_set1(-0.46481868624687195f));
    q = v16_fma(q, a, v16_set1(-1.1485949754714966f));
    q = v16_fma(q, a, v16_set1(-1.000308632850647f));
    return v16_coarse_gate(x, a, q);
}

VIGIL_INLINE V16 v16_activate_coarsely(V16 x, vigil_activation activation) {
    switch (activation) {
    case VIGIL_ACT_GELU: return v16_coarse_gelu(x);
    case VIGIL_ACT_QUICK_GELU: return v16_coarse_quick_gelu(x);
    case VIGIL_ACT_GELU_TANH: return v16_coarse_gelu_tanh(x);
    case VIGIL_ACT_RELU: return v16_max(v16_set1(0.0f), x);
    case VIGIL_ACT_NONE: break;
    }
    return x;
}
