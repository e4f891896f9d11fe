"""The registry: stages, tags, names, searches, copies, prompts; protected aliases and the history that only Clew has."""

import json
import os
import sys
import urllib.request
import warnings

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

version = sys.argv[1]
newest = version.startswith("3.")
warnings.filterwarnings("ignore", category=FutureWarning)
client = MlflowClient()
server = os.environ["MLFLOW_TRACKING_URI"]
name = "loans " + version


def native(method, path, body=None):
    request = urllib.request.Request(server + "/api/clew/v1/" + path, method=method)
    request.add_header("Content-Type", "application/json")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data) as answer:
        return json.load(answer)


def refused(code, call, *arguments):
    try:
        call(*arguments)
    except MlflowException as e:
        assert e.error_code == code, e
        return str(e)
    raise AssertionError("%s%s was not refused" % (call.__name__, arguments))


client.create_registered_model(name, tags={"team": "risk"}, description="scores")
assert "already exists" in refused("RESOURCE_ALREADY_EXISTS", client.create_registered_model, name)
first = client.create_model_version(name, "s3://bucket/one", tags={"a": "b"}, description="first")
second = client.create_model_version(name, "s3://bucket/two")
assert (int(first.version), int(second.version), first.status) == (1, 2, "READY")
assert client.get_model_version_download_uri(name, 1) == "s3://bucket/one"
refused("INVALID_PARAMETER_VALUE", client.create_model_version, name, "/etc/passwd")
refused("INVALID_PARAMETER_VALUE", client.create_model_version, name, "s3://bucket/../other")

client.set_registered_model_alias(name, "blue", 1)
client.set_registered_model_alias(name, "blue", "2")
assert int(client.get_model_version_by_alias(name, "blue").version) == 2
assert client.get_registered_model(name).aliases == {"blue": "2"}
client.delete_registered_model_alias(name, "blue")
client.delete_registered_model_alias(name, "blue")
refused("INVALID_PARAMETER_VALUE", client.get_model_version_by_alias, name, "blue")

client.set_registered_model_tag(name, "k", "v")
client.delete_registered_model_tag(name, "k")
client.set_model_version_tag(name, "1", "k", "v")
client.delete_model_version_tag(name, "1", "a")
client.update_registered_model(name, "better")
client.update_model_version(name, "1", "changed")
got = client.get_model_version(name, "1")
assert (got.tags, got.description) == ({"k": "v"}, "changed"), got

client.transition_model_version_stage(name, "1", "Staging")
client.transition_model_version_stage(name, "2", "staging", archive_existing_versions=True)
assert {v.version: v.current_stage for v in client.get_latest_versions(name)} == {"1": "Archived", "2": "Staging"}
assert [v.version for v in client.get_latest_versions(name, ["Staging"])] == ["2"]

assert [v.version for v in client.search_model_versions("name = '%s'" % name, order_by=["version_number ASC"])] == ["1", "2"]
assert [v.version for v in client.search_model_versions("name = '%s' AND tags.k = 'v'" % name)] == ["1"]
for i in range(3):
    client.create_registered_model("page %d %s" % (i, version))
found = client.search_registered_models("name LIKE 'page %% %s'" % version, max_results=2, order_by=["name DESC"])
assert [m.name[:6] for m in found] == ["page 2", "page 1"] and found.token
found = client.search_registered_models("name LIKE 'page %% %s'" % version, max_results=2, order_by=["name DESC"], page_token=found.token)
assert [m.name[:6] for m in found] == ["page 0"] and not found.token

copy = client.copy_model_version("models:/%s/1" % name, "copy " + version)
assert client.get_model_version_download_uri(copy.name, copy.version) == "s3://bucket/one"

# A protected alias takes an approved version only.
said = refused("PERMISSION_DENIED", client.set_registered_model_alias, name, "gold", "1")
assert "/api/clew/v1/approvals" in said, said
asked = native("POST", "approvals", {"model": name, "version": "1", "reason": {"code": "promotion", "text": "better recall"}})
native("POST", "approvals/%s/votes" % asked["approval"]["id"], {"vote": "grant", "reason": {"text": "looked at the errors"}})
client.set_registered_model_alias(name, "gold", "1")
assert int(client.get_model_version_by_alias(name, "gold").version) == 1
refused("PERMISSION_DENIED", client.set_registered_model_alias, name, "gold", "2")

history = native("GET", "models/%s/history" % urllib.request.quote(name))["items"]
assert [(h["what"], h.get("from"), h.get("to")) for h in history if h["what"] == "description"] == [("description", "scores", "better"), ("description", None, "scores")], history
assert [h["to"] for h in history if h["what"] == "alias gold"] == ["1"], history

client.rename_registered_model(name, "renamed " + version)
assert client.get_model_version("renamed " + version, "1").description == "changed"
client.delete_model_version("renamed " + version, "2")
refused("RESOURCE_DOES_NOT_EXIST", client.get_model_version, "renamed " + version, "2")
assert int(client.create_model_version("renamed " + version, "s3://bucket/three").version) == 3
client.delete_registered_model("renamed " + version)
refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, "renamed " + version)

prompts = mlflow.genai if newest else mlflow
prompt = "greet-" + version
prompts.register_prompt(prompt, template="Hi {{name}}", commit_message="first", tags={"x": "y"})
prompts.register_prompt(prompt, template="Hello {{name}}")
prompts.set_prompt_alias(prompt, "prod", 1)
assert prompts.load_prompt("prompts:/%s@prod" % prompt).template == "Hi {{name}}"
assert prompts.load_prompt("prompts:/%s/2" % prompt).format(name="Ann") == "Hello Ann"
assert prompt not in [m.name for m in client.search_registered_models()]
if newest:
    assert prompts.load_prompt("prompts:/%s@latest" % prompt).version == 2
    chat = prompts.register_prompt(prompt, template=[{"role": "user", "content": "Hey {{name}}"}])
    assert chat.version == 3 and prompts.load_prompt("prompts:/%s/3" % prompt).template[0]["role"] == "user"
    assert prompt in [p.name for p in prompts.search_prompts()]
    assert sorted(v.version for v in client.search_prompt_versions(prompt)) == [1, 2, 3]
prompts.delete_prompt_alias(prompt, "prod")
print("registry.py is done")
