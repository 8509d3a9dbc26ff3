"""docs/implementation.md: every claim the page makes, proved."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import exact_sigmoid, line, texts, ulps
from scipy.special import expit, log_expit

from snippets import implementation as page
from snippets._recorded import SWEEP, TIMES
from snippets.function import sigmoid

floats = st.floats(allow_nan=False)
ALL = [sigmoid, *page.FORMULAS.values()]
RIGHT = [sigmoid, page.fast_sigmoid, page.both_branches, page.masked]
DTYPES = [np.float16, np.float32, np.float64]


def test_each_half_has_its_form():
    """Bit for bit: the two forms round differently between 0 and 1."""
    x = np.linspace(0, 1, 101)
    assert np.array_equal(page.masked(x), 1 / (1 + np.exp(-x)))
    z = np.exp(-x[1:])
    assert np.array_equal(page.masked(-x[1:]), z / (1 + z))


def array(x):
    """A number as an array of one float64: some formulas take nothing else."""
    return np.array([float(x)])


@pytest.mark.parametrize("f", ALL)
def test_every_formula_is_the_sigmoid(f):
    """Between -6 and 6 all agree with mpmath to 2000 ulps, most to 3."""
    for x in np.linspace(-6, 6, 41):
        assert ulps(f(array(x))[0], exact_sigmoid(x)) < 2000


@pytest.mark.parametrize("f", RIGHT)
def test_the_good_ones_keep_the_subnormal_tail(f):
    """From -708 to -745 they miss by less than a unit; expit returns 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        for x in (-709.0, -720.0, -740.0, -745.13):
            assert ulps(f(array(x))[0], exact_sigmoid(x)) < 0.6
    assert expit(-720.0) == 0 == page.window("SciPy’s expit", -720.0)
    assert page.window("1/(1 + e⁻ˣ)", -720.0) == 0


@pytest.mark.parametrize("f", [sigmoid, page.fast_sigmoid])
def test_nothing_warns(f):
    """Neither an infinity, nor nan, nor the largest float in any precision."""
    for dtype in DTYPES:
        top = np.finfo(dtype).max
        small = np.finfo(dtype).smallest_subnormal
        x = np.array([-np.inf, -top, -small, 0, top, np.inf, np.nan], dtype)
        value = f(x)
        assert value.dtype == dtype
        assert list(value[:-1]) == [0, 0, 0.5, 0.5, 1, 1]
        assert np.isnan(value[-1])


@given(st.lists(st.floats(allow_nan=False), max_size=20))
def test_no_list_of_floats_warns(numbers):
    """Results lie between 0 and 1; with their mirror images they make 1."""
    for f in sigmoid, page.fast_sigmoid:
        value, mirrored = f(numbers), f(np.negative(numbers))
        assert value.shape == np.shape(numbers)
        assert np.all((0 <= value) & (value <= 1))
        assert np.all(np.abs(value + mirrored - 1) <= 2**-52)


@given(st.floats(-745, 745))
def test_neighbours_are_in_order_to_a_few_ulps(x):
    """The next float never has a value lower by more than two ulps."""
    for f in sigmoid, page.fast_sigmoid:
        low, high = f(np.array([x, np.nextafter(x, np.inf)]))
        assert high >= low - 2 * np.spacing(low)


@given(st.integers(0, 40), st.integers(0, 3), st.sampled_from(DTYPES))
def test_shapes_and_types_stay(rows, columns, dtype):
    """Whatever the shape, empty ones too, and the width of the float."""
    x = np.linspace(-9, 9, rows * columns).astype(dtype)
    x = x.reshape(rows, columns)
    for f in sigmoid, page.fast_sigmoid:
        assert f(x).shape == x.shape and f(x).dtype == dtype
        assert f(x.T[::-1]).shape == x.T.shape
        assert np.array_equal(f(x.T[::-1]), f(x).T[::-1])


@given(st.floats(-745.2, 750) | st.floats(-40, 40) | st.floats(-2, 2))
def test_both_miss_by_at_most_4_ulps(x):
    """In float64, subnormal results included."""
    for f in sigmoid, page.fast_sigmoid:
        assert ulps(f(array(x))[0], exact_sigmoid(x)) <= 4


def rounded(x, digits):
    """The float of so many binary digits that is nearest to x."""
    part, exponent = np.frexp(x)
    return np.ldexp(np.rint(np.ldexp(part, digits)), exponent - digits)


@pytest.mark.parametrize("digits", range(5, 13))
def test_an_exp_within_one_ulp_makes_an_error_of_at_most_4(digits):
    """For every power z of a short format, wherever the true one may lie.

    With 12 digits 3 occur; 1½ is the most for positive x, and
    3½ for the naive formula.
    """
    parts = np.arange(2.0 ** (digits - 1), 2**digits)
    powers = np.arange(-2 * digits - 2, digits + 3)
    float_z = np.ldexp(parts[:, None], powers).ravel()[:, None]
    z = float_z + np.linspace(-1, 1, 65) * page.last_place(
        float_z, digits, -99
    )
    known = np.abs(z - float_z) <= page.last_place(z, digits, -99)
    left, right = known & (z < 1), known & (z > 1)

    def worst(result, true, where):
        error = np.abs(result - true) / page.last_place(true, digits, -99)
        return np.max(error, where=where, initial=0)

    below = rounded(1 + float_z, digits)
    mirrored = worst(rounded(float_z / below, digits), z / (1 + z), left)
    reciprocal = rounded(1 / below, digits), 1 / (1 + z)
    assert mirrored <= 4 and worst(*reciprocal, left) <= 1.5
    assert worst(*reciprocal, right) <= 3.5
    assert digits < 12 or mirrored > 3


def test_the_errors_in_the_docstrings_were_seen():
    """Over all float32 and all float16, and at the worst float64 known."""
    assert page.worst("recommended") <= 2.6 and page.worst("fast") <= 2.4
    assert SWEEP["sigmoid"]["normal"] <= 3.7
    assert page.half_precision(sigmoid) <= 1.8
    assert {"2.6 in", "3.7 in", "1.8 in"} <= {
        sigmoid.__doc__[i : i + 6] for i in range(len(sigmoid.__doc__))
    }


def test_the_exp_of_numpy():
    """It misses by less than an ulp at each input, by 0.7 at the worst."""
    assert 0.5 < page.worst_exp() < 1
    assert set(page.WORST) <= set(page.inputs())
    x = page.WORST[1]
    with mpmath.workdps(60):
        miss = ulps(np.exp(x), mpmath.exp(mpmath.mpf(x)))
    assert miss <= page.worst_exp() * (1 + 1e-9)
    assert page.worst("recommended") >= ulps(
        sigmoid(page.WORST[0]), exact_sigmoid(page.WORST[0])
    )


@given(st.floats(-104, 104, width=32))
def test_float32_misses_by_at_most_4_ulps(x):
    """The fast one by hardly more than half of one."""
    x = np.array([x], np.float32)
    assert ulps(sigmoid(x)[0], exact_sigmoid(x[0])) <= 4
    assert ulps(page.fast_sigmoid(x)[0], exact_sigmoid(x[0])) <= 0.5 + 1e-6


def test_every_float16():
    """All finite values: 2 ulps for the recommended one, half for the fast."""
    x = page.every_float16()
    assert x.size == 2 * 31 * 1024 and np.all(np.diff(x) >= 0)
    for f in sigmoid, page.fast_sigmoid:
        worst = max(
            ulps(value, exact_sigmoid(point))
            for value, point in zip(f(x[::7]), x[::7], strict=True)
        )
        found = page.half_precision(f)
        assert worst <= found * (1 + 1e-9) and found < 2
    assert page.half_precision(page.fast_sigmoid) < 0.501


def test_the_fast_one_writes_where_it_is_told():
    """Into another array, over its input, or a shifted part of it."""
    x = np.linspace(-800, 800, 3 * page.CHUNK + 5)
    right, out = page.fast_sigmoid(x), np.empty_like(x)
    assert page.fast_sigmoid(x, out) is out and np.array_equal(out, right)
    over = x.copy()
    page.fast_sigmoid(over, over)
    assert np.array_equal(over, right)
    over = x.copy()
    page.fast_sigmoid(over[:-1], over[1:])
    assert np.array_equal(over[1:], right[:-1])
    assert page.fast_sigmoid(3) == sigmoid(3.0) and page.chunk() == 2**14
    whole = page.fast_sigmoid(np.arange(-3, 4, dtype=np.int8))
    assert whole.dtype == np.float64
    with pytest.raises(TypeError, match="same_kind"):
        page.fast_sigmoid(1j)


def test_the_fast_one_is_right_on_both_sides_of_its_tail():
    """At -700 it changes from one formula to the other without a step."""
    x = np.nextafter(-700, [-800, 0])
    for value, point in zip(page.fast_sigmoid(x), x, strict=True):
        assert ulps(value, exact_sigmoid(point)) < 4


def test_true_values_are_mpmaths():
    """Nearest float, unit and rest add up to the value to 30 digits."""
    x = np.array([-744.0, -36.7, -1.0, 0.0, 3.0, 37.2])
    for point, *parts in zip(x, *page.true_values(x), strict=True):
        nearest, unit, rest = map(mpmath.mpf, parts)
        exact = exact_sigmoid(point)
        with mpmath.workdps(60):
            assert abs(nearest + rest * unit - exact) < unit * 1e-12
        assert abs(rest) <= 0.5 and float(exact) == nearest
        assert unit == np.spacing(float(nearest))
    assert page.error(x * 0, page.true_values(x))[3] == 2**52


def test_the_inputs_reach_everywhere():
    """They span ±745, and are dense at -36.7, -3.45 and below -708."""
    x = page.inputs()
    assert np.all(np.diff(x) >= 0) and x[0] < -745 and x[-1] > 745
    for low, high in [(-36.8, -36.7), (-3.47, -3.42), (-745.2, -708.4)]:
        assert np.count_nonzero((low < x) & (x < high)) > 900
    assert page.count() == x.size == 9002


def test_naive_and_recommended_are_equally_accurate():
    """Both miss by more than 2 and less than 3 ulps, subnormals aside."""
    for name in "1/(1 + e⁻ˣ)", "recommended", "fast":
        assert 2 < page.worst(name) < 3


@pytest.mark.parametrize(
    "dtype, one, digits, top, smallest",
    [
        ("float16", 7.625, 11, 65520, 25),
        ("float32", 16.635532, 24, 2**128 - 2**103, 150),
        ("float64", 36.7368, 53, 2**1024 - 2**970, 1075),
    ],
)
def test_thresholds(dtype, one, digits, top, smallest):
    """1 + z is 1 from p ln 2 on; 0 comes with the overflow, or the underflow.

    Each threshold is the first float beyond the exact number, or the next.
    """
    with mpmath.workdps(40):
        limits = {
            page.limit(page.naive, 1, 50, dtype): digits * mpmath.log(2),
            page.limit(page.naive, 0, -800, dtype): -mpmath.log(top),
            page.limit(sigmoid, 0, -800, dtype): -smallest * mpmath.log(2),
        }
        for found, exact in limits.items():
            assert isinstance(found, np.dtype(dtype).type)
            assert abs(float(found) - exact) < 2 * abs(np.spacing(found))
    found = page.limit(page.naive, 1, 50, dtype)
    assert found == pytest.approx(one, rel=1e-6)
    assert page.limit(page.clipped, 0, -800) == "never"


def test_first_finds_the_float_where_a_claim_becomes_true():
    """On either side of 0, in each precision."""
    for kind in DTYPES:
        found = page.first(lambda x: x >= 3, kind(0), kind(8))
        assert found == 3 and type(found) is kind
        found = page.first(lambda x: x < -3, -kind(0), kind(-8))
        assert found == np.nextafter(kind(-3), kind(-8))


def test_the_comparison():
    """Each cell is what the page says of the formula."""
    table = page.comparison()
    rows = {row[0]: row[1:] for row in zip(*table.values(), strict=True)}
    assert list(rows) == list(page.FORMULAS)
    ulp, subnormal, zero, one, warns, nan, falls, time, arrays = rows[
        "recommended"
    ]
    assert 2 < ulp < 3 and subnormal < 0.51
    assert zero == pytest.approx(-745.1332191019412)
    assert one == pytest.approx(36.7368005696771)
    assert (warns, nan) == ("–", "–") and falls > 0
    assert arrays == TIMES["arrays"]["sigmoid"]
    assert time == TIMES["formulas"]["sigmoid"] / TIMES["formulas"]["expit"]
    assert {name: row[4] for name, row in rows.items() if row[4] != "–"} == {
        "1/(1 + e⁻ˣ)": "overflow",
        "where, both branches": "invalid, overflow",
    }
    assert [name for name, row in rows.items() if row[5] != "–"] == [
        "exp(−logaddexp(0, −x))"
    ]
    lost = [name for name, row in rows.items() if row[1] > 1e14]
    assert lost == [
        "SciPy’s expit",
        "1/(1 + e⁻ˣ)",
        "½(1 + tanh(x/2))",
        "clipped to ±500",
    ]
    assert 10 < rows["exp(−logaddexp(0, −x))"][0] < 40
    assert rows["½(1 + tanh(x/2))"][0] > 1e15
    assert rows["clipped to ±500"][0] > 1e100
    assert rows["clipped to ±500"][2] == "never"
    assert rows["fast"][6] == rows["1/(1 + e⁻ˣ)"][6] == 0
    assert rows["SciPy’s expit"][7] == 1 == rows["fast"][8]


def test_what_is_said_of_the_formulas():
    """Masks are slow; ±500 is no sigmoid; a decade is ln 10 long."""
    slower = TIMES["formulas"]["masked"] / TIMES["formulas"]["expit"]
    assert page.times_slower("masked") == slower > 2
    clipped = page.window("clipped to ±500", -750.0)
    assert clipped == pytest.approx(float(exact_sigmoid(-500)), rel=1e-13)
    assert page.smallest() == 2.0**-1074 > exact_sigmoid(-750)
    for dtype in np.float16, np.float32:
        assert page.complaints(page.clipped, dtype([-400])) == "overflow"
    assert page.beside("fast_sigmoid", 10**8) == 0
    wide = page.beside("sigmoid", 10**8) * 1e9
    assert wide == pytest.approx(3 * np.zeros(10**8).nbytes, rel=0.05)
    assert page.decade() == pytest.approx(2.302585092994046, rel=1e-15)


def test_the_errors_are_drawn():
    """The curves of the good ones stay below 3; tanh loses all digits."""
    figure = page.errors()
    for name in "1/(1 + e⁻ˣ)", "recommended":
        x, ulp = line(figure, name)
        assert 1 < ulp.max() < 3 and ulp[x < 36].min() > 0.1
        assert x[0] < -44.7 and x[-1] > 44.7 and len(x) == 240
    x, ulp = line(figure, "½(1 + tanh(x/2))")
    assert np.all(ulp[x < -39] > 4e15) and np.all(ulp[x > 0] < 2)
    near = ulp[(x > -30) & (x < -10)]
    slope = np.polyfit(x[(x > -30) & (x < -10)], np.log10(near), 1)[0]
    assert -1 / slope == pytest.approx(page.decade(), rel=0.1)
    x, ulp = line(figure, "exp(−logaddexp(0, −x))")
    assert 10 < ulp[x < 0].max() < 40 and ulp[x > 1].max() < 3
    assert texts(figure) == [
        "½(1 + tanh(x/2))",
        "exp(−logaddexp(0, −x))",
        "1/(1 + e⁻ˣ), and the recommended one",
    ]


def test_the_left_tail_is_drawn():
    """The recommended curve is e^x down to 5e-324; expit's ends at -709.8."""
    figure = page.left_tail()
    x, value = line(figure, "recommended")
    drawn = x[np.isfinite(value)]
    assert drawn[0] == pytest.approx(-745.13, abs=0.03) and drawn[-1] == -705
    power = x * np.log10(np.e)
    assert value[x > -720] == pytest.approx(power[x > -720], rel=1e-12)
    assert np.nanmin(value) == pytest.approx(-323.306, abs=0.001)
    x, value = line(figure, "expit")
    drawn = np.isfinite(value)
    assert x[drawn][0] == pytest.approx(-709.78, abs=0.03)
    assert value[drawn] == pytest.approx(power[drawn], rel=1e-12)
    assert texts(figure) == ["recommended", "1/(1 + e⁻ˣ), expit"]
    low, high = figure.axes[0].get_ylim()
    assert low < -323.4 and high > -306.2


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_recorded_times_are_drawn(dtype):
    """Four curves over the sizes; the fast one wins from 10^6 on."""
    figure = page.speed(dtype)
    names = {"fast": "fast_sigmoid", "expit": "expit"}
    names |= {"recommended": "sigmoid", "1/(1 + e⁻ˣ)": "naive"}
    for label, name in names.items():
        sizes, times = line(figure, label)
        assert (
            list(sizes) == TIMES["sizes"] and list(times) == TIMES[dtype][name]
        )
    notes = {t.get_text(): t.get_position() for t in figure.axes[0].texts}
    assert notes == {
        label: (70, TIMES[dtype][name][0]) for label, name in names.items()
    }
    for size in 10**6, 10**7:
        i = TIMES["sizes"].index(size)
        ratio = TIMES[dtype]["expit"][i] / TIMES[dtype]["fast_sigmoid"][i]
        assert page.speedup(dtype, size) == ratio >= 1
    for size in 100, 1000:
        assert page.speedup(dtype, size) < 1
    times = TIMES["formulas"]
    ratio = times["expit"] / times["fast_sigmoid"]
    assert page.speedup_among_all() == pytest.approx(ratio, rel=1e-15)


@pytest.mark.parametrize("f", [sigmoid, page.fast_sigmoid, expit, page.naive])
@pytest.mark.parametrize("first", [0x3F800000, 0xC0400000, 0xC2C80000])
def test_the_sweep_measures_as_mpmath_does(f, first):
    """Largest error, misroundings, falls and counts of a short stretch."""
    with np.errstate(all="ignore"):
        tally = page.sweep(f, first, 300)
        x = np.arange(first, first + 301).astype(np.uint32).view(np.float32)
        value = f(x)
    misses = [
        ulps(a, exact_sigmoid(b)) for a, b in zip(value, x[:-1], strict=False)
    ]
    normal = "normal" if x[0] > -87 else "subnormal"
    assert tally[normal] == pytest.approx(max(misses), rel=1e-6)
    assert tally["misrounded"] == sum(miss > 0.5 for miss in misses)
    assert tally["ties"].size == 0
    down = sum(a > b for a, b in zip(value[::-1], value[-2::-1], strict=False))
    up = np.count_nonzero(np.diff(value) < 0)
    assert tally["falls"] == (up if x[0] > 0 else down)
    assert tally["zeros"] == np.count_nonzero(value[:-1] == 0)
    assert tally["nans"] == tally["wrong nans"] == 0


def test_the_sweep_counts_halves_ones_and_nans():
    """Around 0 all is one half; from 17 on all is 1; of nan comes nan."""
    assert page.sweep(sigmoid, 0, 50)["halves"] == 50
    assert page.sweep(sigmoid, 0x41900000, 50)["ones"] == 50
    tally = page.sweep(sigmoid, 0x7FC00000, 50)
    assert tally["nans"] == 50 and tally["wrong nans"] == 0
    assert page.sweep(np.zeros_like, 0x7FC00000, 50)["wrong nans"] == 50


def test_a_tie_is_left_to_more_digits():
    """Near 0 the sigmoid of an odd multiple of 2^-23 is all but half-way."""
    bits = int(np.float32(3 * 2.0**-23).view(np.uint32))
    tally = page.sweep(page.fast_sigmoid, bits, 1)
    assert list(tally["ties"]) == [np.float32(3 * 2.0**-23)]


def test_the_reference_of_the_sweep_is_precise():
    """float64 misses by less than 5e-9 of a float32's last place."""
    for x in np.linspace(-103, 18, 997).astype(np.float32):
        exact = exact_sigmoid(x)
        unit = float(page.last_place(np.float64(exact), 24, -149))
        with mpmath.workdps(60):
            assert abs(mpmath.mpf(float(sigmoid(float(x)))) - exact) < (
                5e-9 * unit
            )
    assert page.last_place(1.0, 24, -149) == np.spacing(np.float32(1))
    assert page.last_place(0.75, 24, -149) == 2.0**-24
    assert page.last_place(1e-44, 24, -149) == 2.0**-149


def test_all_float32_are_within_the_bounds():
    """4 ulps for the recommended one; the fast one is all but perfect."""
    table = page.exhaustive()
    rows = dict(
        zip(
            table["formula"],
            zip(*list(table.values())[1:], strict=True),
            strict=True,
        )
    )
    ulp, subnormal, _, falls = rows["recommended"]
    assert 3 < ulp <= 4 and subnormal < 2 and falls > 0
    ulp, subnormal, wrong, falls = rows["fast"]
    assert 0.5 <= ulp < 0.5000001 and subnormal <= 0.5000001
    assert wrong == page.misrounded("fast_sigmoid") < 200 and falls == 0
    for name in "SciPy’s expit", "1/(1 + e⁻ˣ)":
        assert rows[name][1] > 2e6
    assert list(rows) == [
        "recommended",
        "fast",
        "SciPy’s expit",
        "1/(1 + e⁻ˣ)",
    ]


def test_the_shares_of_the_crowded_outputs():
    """0, 1/2 and 1 take 7 float32 in 8; the rest is nan or in between."""
    shares = [page.shared(kind) for kind in ("zeros", "halves", "ones")]
    for share, kind in zip(shares, ("zeros", "halves", "ones"), strict=True):
        assert share == SWEEP["fast_sigmoid"][kind] / 2**32
    assert 0.87 < sum(shares) < 0.9


def test_the_records_tell_where_they_come_from():
    """Machine, versions and date; the program has a hash."""
    for name, found in [(None, TIMES), ("sigmoid", SWEEP["sigmoid"])]:
        told = page.recorded(name)
        assert all(found[k] in told for k in ("machine", "versions", "date"))
        assert page.program_hash(name) == found["program"]


def test_what_comes_in_and_what_comes_out():
    """Floats keep their type, the rest becomes float64; shapes stay."""
    table = page.types()
    rows = list(zip(*table.values(), strict=True))
    assert [dtype for _, dtype, _ in rows[:4]] == ["float64"] * 4
    for name, dtype, _ in rows[4:]:
        assert dtype in name
    shapes = ["()", "()", "(2,)", "(2,)", "(2,)", "(2,)", "()", "(0, 3)"]
    assert [shape for *_, shape in rows] == shapes
    assert np.ndim(sigmoid(1)) == 0


def test_the_ends():
    """The limits at ±inf, nan for nan, and mpmath's value in between."""
    table = page.ends()
    for shown, value in zip(*table.values(), strict=True):
        x = float(shown.replace("−", "-"))
        if np.isfinite(x):
            assert ulps(value, exact_sigmoid(x)) <= 4
        else:
            expected = {np.inf: 1.0, -np.inf: 0.0}.get(x, np.nan)
            assert np.array_equal(value, expected, equal_nan=True)


def test_who_raises_all_errors_raises_a_harmless_one():
    """The exponential of -1000 underflows; that is to be ignored."""
    with np.errstate(all="raise"):
        with pytest.raises(FloatingPointError, match="underflow"):
            sigmoid(1000.0)
        with np.errstate(under="ignore"):
            assert sigmoid(1000.0) == 1 and sigmoid(-1000.0) == 0


def test_a_signalling_nan_signals():
    """As the page says, and as it is made to do."""
    bits = np.array([0x7FF0000000000001], np.uint64)
    with pytest.warns(RuntimeWarning, match="invalid"):
        sigmoid(bits.view(np.float64))


def test_logaddexp_has_the_right_logarithm():
    """Its exponential is taken of log sigma, which is about x far left."""
    x = np.linspace(-40, 5, 91)
    assert np.log(page.by_logaddexp(x)) == pytest.approx(
        log_expit(x), rel=1e-13
    )
