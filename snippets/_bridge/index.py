"""The formulas of a page, for a page that lists them."""

from snippets._bridge.call import jobs
from snippets._bridge.job import Failed
from snippets._bridge.page import Page


def formulas(markdown, package, page, engine):
    """(Call, id, Piece) of the formulas on their own page, in order.

    Each is listed once, with the id that its page gives it, and with the
    result that is kept for its page. What fails is left for that page to say.
    """
    found, shared = {}, Page()
    wanted = [
        (call, job)
        for call, job in jobs(markdown, package, page)
        if call and job.form in ("alone", "code")
    ]
    for _, job in wanted:
        engine.begin(job)
    for call, job in wanted:
        try:
            piece = engine.result(job)
        except Failed:
            continue
        if piece.stands_alone:
            identity, target = shared.identity(call), call.targets[0]
            if piece.claims and target[0] == page:
                found.setdefault(target, (call, identity, piece))
    return list(found.values())
