"""What SymPy can prove of a relation between functions of e to the x."""


def prove(relation):
    """(label, how): whether the relation is proved or a definition, and how.

    Both sides are written in exponentials. An equation holds when the
    difference of its sides cancels to 0; an inequality when the sign of that
    difference follows from t = e^x > 0. Raises ValueError when neither does.
    """
    import sympy

    domain = f"for {_domain(relation)}"
    if _defines(relation):
        return "definition", f"What the left side means, {domain}."
    parts = relation.args if isinstance(relation, sympy.And) else [relation]
    how = " ".join(dict.fromkeys(map(_prove, parts)))
    return "proved", f"{how} Checked by SymPy {sympy.__version__} {domain}."


def follows(one, other):
    """Whether two expressions are equal for every value of their symbols."""
    import sympy

    gap = (one - other).rewrite(sympy.exp).doit().rewrite(sympy.exp)
    return sympy.cancel(sympy.together(sympy.expand(gap))) == 0


def _defines(relation):
    import sympy

    return (
        isinstance(relation, sympy.Eq)
        and isinstance(relation.lhs, sympy.Function)
        and relation.lhs.rewrite(sympy.exp) == relation.rhs
    )


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
                "The larger side minus the smaller, written in t = eˣ, has "
                "only positive factors for t > 0."
            )
    elif isinstance(relation, (sympy.LessThan, sympy.GreaterThan)):
        if _gap(relation).is_nonnegative:
            return (
                "The larger side minus the smaller, written in t = eˣ, has "
                "no negative factor for t > 0."
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
    kinds = {"real": [], "positive": []}
    for symbol in sorted(relation.free_symbols, key=str):
        kinds["positive" if symbol.is_positive else "real"].append(str(symbol))
    names = [f"{k} {' and '.join(v)}" for k, v in kinds.items() if v]
    return f"every {' and every '.join(names)}" if names else "these numbers"
