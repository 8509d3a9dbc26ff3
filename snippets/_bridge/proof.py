"""What SymPy can prove of a relation between functions of e to the x."""


def prove(relation):
    """Say how the relation was proved, with its domain, in one sentence.

    Both sides are written in exponentials. An equation holds when the
    difference of its sides cancels to 0; an inequality when the sign of that
    difference follows from t = e^x > 0. Raises ValueError when neither does.
    """
    import sympy

    parts = getattr(relation, "args", ())
    if isinstance(relation, sympy.And):
        how = " ".join(dict.fromkeys(map(_prove, parts)))
    else:
        how = _prove(relation)
    return f"{how} SymPy {sympy.__version__} did it, for {_domain(relation)}."


def follows(one, other):
    """Whether two expressions are equal for every value of their symbols."""
    import sympy

    gap = (one - other).rewrite(sympy.exp).doit().rewrite(sympy.exp)
    return sympy.cancel(sympy.together(sympy.expand(gap))) == 0


def _prove(relation):
    import sympy

    if isinstance(relation, sympy.Eq):
        if follows(relation.lhs, relation.rhs):
            return (
                "Both sides, written in exponentials, differ by an expression "
                "that cancels to 0."
            )
    elif isinstance(relation, (sympy.StrictLessThan, sympy.StrictGreaterThan)):
        if _gap(relation).is_positive:
            return (
                "The larger side minus the smaller, written in t = eˣ, is "
                "positive factor by factor for every t > 0."
            )
    elif isinstance(relation, (sympy.LessThan, sympy.GreaterThan)):
        if _gap(relation).is_nonnegative:
            return (
                "The larger side minus the smaller, written in t = eˣ, is a "
                "square over positive factors for every t > 0."
            )
    raise ValueError(f"cannot prove {relation}")


def _gap(relation):
    import sympy

    gap = (relation.gts - relation.lts).rewrite(sympy.exp).doit()
    for symbol in gap.free_symbols:
        t = sympy.Dummy("t", positive=True)
        gap = gap.subs(symbol, sympy.log(t))
    return sympy.factor(sympy.cancel(sympy.together(gap)))


def _domain(relation):
    names = sorted(map(str, relation.free_symbols))
    return f"every real {' and '.join(names)}" if names else "these numbers"
