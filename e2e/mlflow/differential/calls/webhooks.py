"""Webhooks. Disabled ones, so that nobody is called; both servers have to be told that this machine may be."""

from servers import Ask

AT = "/api/2.0/mlflow/webhooks"
MAKERS = ["webhooks/create"]
EVENTS = [
    [{"entity": "REGISTERED_MODEL", "action": "CREATED"}], [{"entity": "MODEL_VERSION_TAG", "action": "SET"}, {"entity": "PROMPT", "action": "CREATED"}],
    [{"entity": "MODEL_VERSION_ALIAS", "action": "DELETED"}],
]
WRONG = [[{"entity": "MODEL_VERSION", "action": "DELETED"}], []]


def create(s):
    symbol = s.new("w")
    body = {"name": "hook-%d-%s" % (s.seed, symbol), "url": "http://127.0.0.1:9/x", "events": s.chosen(*EVENTS), "status": "DISABLED"}
    if s.now_and_then(0.5):
        body["description"] = "d"
    if s.now_and_then(0.2):
        body.update(s.chosen({"name": ""}, {"name": "Bad Name"}, {"name": "x" * 64}, {"url": "file:///etc/passwd"}, {"url": "nonsense"}, {"events": WRONG[0]}, {"events": WRONG[1]}))
    return Ask(body, makes=("w", "$%s$" % symbol, ["webhook", "webhook_id"]))


def one(s):
    return [s.one("w", "ffffffff-ffff-ffff-ffff-ffffffffffff")]


def change(s):
    return Ask(s.chosen(
        {"description": "other"}, {"name": "renamed-%d" % s.seed}, {"url": "http://127.0.0.1:9/y"}, {"events": EVENTS[0]}, {"events": WRONG[0]},
        {"url": "ftp://h/x"}, {"status": "DISABLED"}, {"name": "Bad Name"}), one(s))


CALLS = {
    "webhooks/create": ("POST " + AT, create),
    "webhooks/get": ("GET " + AT + "/{webhook_id}", lambda s: Ask(path=one(s))),
    "webhooks/list": ("GET " + AT, lambda s: Ask({"max_results": s.chosen(1, 3)})),
    "webhooks/change": ("PATCH " + AT + "/{webhook_id}", change),
    "webhooks/delete": ("DELETE " + AT + "/{webhook_id}", lambda s: Ask(path=one(s))),
}
