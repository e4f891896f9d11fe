"""Experiments."""

from servers import Ask

AT = "/api/2.0/mlflow/experiments/"
MAKERS = ["experiments/create"]


def create(s):
    symbol = s.new("e")
    name = "diff %d %s" % (s.seed, symbol) if not s.now_and_then(0.1) else s.chosen("", "Default", "x" * 501)
    return Ask({"name": name, "tags": s.labels(3)}, makes=("e", "$%s$" % symbol, ["experiment_id"]))


def search(s):
    return Ask({
        "max_results": s.chosen(1, 2, 50), "view_type": s.chosen("ALL", "ACTIVE_ONLY", "DELETED_ONLY"),
        "filter": "name LIKE 'diff %d %%'" % s.seed + s.chosen("", "", " AND tags.m = 'a'", " AND name ILIKE '%E1'", " AND tags.m != 'a'", " AND nonsense", " AND creation_time > 5"),
        "order_by": s.chosen([], ["name ASC"], ["experiment_id DESC"], ["name DESC", "creation_time"], ["nonsense"]),
    }, pages=True)


CALLS = {
    "experiments/create": ("POST " + AT + "create", create),
    "experiments/get": ("GET " + AT + "get", lambda s: Ask({"experiment_id": s.experiment()})),
    "experiments/get-by-name": (
        "GET " + AT + "get-by-name", lambda s: Ask({"experiment_name": "diff %d e%d" % (s.seed, s.random.randrange(1, 4))})),
    "experiments/search": ("POST " + AT + "search", search),
    "experiments/search by GET": ("GET " + AT + "search", search),
    "experiments/delete": (
        "POST " + AT + "delete", lambda s: Ask({"experiment_id": s.own() if len(s.made["e"]) > 3 else "987654321"})),
    "experiments/restore": ("POST " + AT + "restore", lambda s: Ask({"experiment_id": s.experiment()})),
    "experiments/update": (
        "POST " + AT + "update",
        lambda s: Ask({"experiment_id": s.own(), "new_name": "diff %d renamed %d" % (s.seed, s.random.randrange(9))})),
    "experiments/set-experiment-tag": (
        "POST " + AT + "set-experiment-tag", lambda s: Ask(dict(s.label(), experiment_id=s.experiment()))),
    "experiments/delete-experiment-tag": (
        "POST " + AT + "delete-experiment-tag", lambda s: Ask({"experiment_id": s.own(), "key": s.key()})),
}
