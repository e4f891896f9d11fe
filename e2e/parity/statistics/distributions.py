"""Special functions and distributions: mpmath at 60 digits where it is able to, scipy for the Kolmogorov family and t with many degrees."""

import sys

import mpmath
import scipy
from mpmath import mp, mpf
from scipy import stats

from golden import versions, write

mp.dps = 60


def num(x):
    return float(x)


def gamma_cases():
    for a in (0.001, 0.5, 1, 1.5, 2.5, 7, 30, 149.5, 1000, 12345.5, 1e5, 1e6):
        for ratio in (1e-3, 0.1, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 1.5, 3, 10, 100, 1000):
            x = a * ratio
            q = mpmath.gammainc(mpf(a), mpf(x), mpmath.inf, regularized=True) if x > a else 1 - mpmath.gammainc(mpf(a), 0, mpf(x), regularized=True)
            if q < mpf(10) ** -300:
                continue
            yield ["gammaQ", a, x, num(q)]
    for df in (1, 2, 5, 99):
        for x in (300, 600, 1300):
            yield ["chi2sf", x, df, num(mpmath.gammainc(mpf(df) / 2, mpf(x) / 2, mpmath.inf, regularized=True))]


def t_cases():
    for df in (1, 2, 3, 10, 98, 348, 2698, 19998, 1999998):
        for t in (0, 0.01, 0.5, 1, 1.96, 3.3, 8, 20, 36.9):
            n, v = mpf(df), mpf(t)
            if t == 0:
                p = mpf(1)
            elif df > 1000:
                p = 2 * stats.t.sf(t, df)
            else:
                p = mpmath.betainc(n / 2, mpf(1) / 2, 0, n / (n + v * v), regularized=True)
            yield ["t2", t, df, num(p)]


def normal_cases():
    for z in (-37, -8, -3, -1, -0.3, 0, 0.1, 0.7, 1, 1.3, 1.41, 1.96, 2.7, 5, 8, 12, 20, 30, 36.5):
        yield ["normsf", z, 0, num(mpmath.erfc(mpf(z) / mpmath.sqrt(2)) / 2)]
    for p in (1e-300, 1e-100, 1e-20, 1e-5, 0.025, 0.3, 0.5, 0.7, 0.95, 0.975, 0.995):
        yield ["normppf", p, 0, num(-mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * mpf(p))) if p > 1e-30 else float(stats.norm.ppf(p))]
    for x in (0.01, 0.3, 0.5, 1.5, 3, 10, 50.5, 1e3, 1e6, 1e9):
        yield ["lgamma", x, 0, num(mpmath.loggamma(mpf(x)))]


def discrete_cases():
    for k, marked, unmarked, draws in ((31, 75, 125, 100), (0, 5, 7, 6), (5, 5, 7, 6), (400, 1000, 2000, 1100), (12000, 50000, 150000, 52000)):
        top = mpmath.binomial(marked, k) * mpmath.binomial(unmarked, draws - k) / mpmath.binomial(marked + unmarked, draws)
        yield ["hyper", [k, marked, unmarked, draws], 0, num(top)]
    for x in (0.02, 0.05, 0.1, 0.2, 0.46, 0.9, 1.5, 3.0):
        yield ["cvm", x, 0, float(scipy.stats._hypotests._cdf_cvm_inf(x))]
    for x in (0.02, 0.05, 0.1, 0.15, 0.199, 0.2, 0.25, 0.347, 0.461, 0.743, 1.17, 2, 3, 5, 10, 30, 80, 139):
        yield ["cvmsf", x, 0, num(cramer_von_mises_tail(x))]


def cramer_von_mises_tail(x):
    """1 minus Csörgő and Faraway's series, with so many digits that the difference keeps some: scipy stops at terms of 1e-7."""
    with mpmath.workdps(60 + int(2.2 * x)):
        total, k = mpf(0), 0
        while True:
            y = mpf(4 * k + 1)
            q = y * y / (16 * mpf(x))
            term = mpmath.gamma(k + mpf(1) / 2) / mpmath.gamma(k + 1) / (mpmath.pi ** mpf("1.5") * mpmath.sqrt(x)) * mpmath.sqrt(y) * mpmath.exp(-q) * mpmath.besselk(mpf(1) / 4, q)
            total += term
            if term < mpf(10) ** (-(mp.dps - 5)):
                return 1 - total
            k += 1


def kolmogorov_cases():
    for n in (1, 2, 5, 20, 75, 100, 140, 141, 300, 667, 1000, 5739, 100000, 500000):
        xs = {0.3 / n, 0.7 / n, 1 / n, 1.5 / n, 0.45, 0.55, 0.9, 1 - 0.5 / n}
        for z in (0.3, 0.5, 0.7, 0.86, 1, 1.2, 1.4, 1.49, 1.7, 2, 2.3, 3, 5, 10, 18):
            xs.add(z / n**0.5)
        for x in sorted(xs):
            if 0 < x < 1:
                yield ["kstwo", n, x, float(stats.kstwo.sf(x, n))]


def main(folder):
    cases = [*gamma_cases(), *t_cases(), *normal_cases(), *discrete_cases(), *kolmogorov_cases()]
    write(folder, "distributions", {"cases": cases}, versions(scipy, mpmath))


main(sys.argv[1])
