"""Users and permissions: by the client that MLflow has for them, with user and password."""

import importlib.util
import os
import sys
import types

from mlflow import MlflowClient
from mlflow.exceptions import RestException

# Beside the client the package holds MLflow's own server, which wants Flask-WTF as soon as the package is imported.
package = types.ModuleType("mlflow.server.auth")
package.__path__ = [os.path.join(os.path.dirname(importlib.util.find_spec("mlflow").origin), "server", "auth")]
sys.modules["mlflow.server.auth"] = package
from mlflow.server.auth.client import AuthServiceClient

version = sys.argv[1]
uri = os.environ["MLFLOW_TRACKING_URI"]
ADMIN, ADMINS = "ada", os.environ["ADMIN_PASSWORD"]
FIRST, SECOND = "correct horse battery", "staple of another kind"
auth = AuthServiceClient(uri)


def be(name, password):
    os.environ["MLFLOW_TRACKING_USERNAME"] = name
    os.environ["MLFLOW_TRACKING_PASSWORD"] = password


def refused(call, code):
    try:
        call()
    except RestException as e:
        assert e.error_code == code, e
        return str(e)
    raise AssertionError("not refused: " + code)


be(ADMIN, ADMINS)
user = auth.create_user("joe", FIRST)
assert user.username == "joe" and not user.is_admin and user.id == auth.get_user("joe").id
refused(lambda: auth.create_user("joe", FIRST), "RESOURCE_ALREADY_EXISTS")
assert "at least 15 characters" in refused(lambda: auth.create_user("jim", "short"), "INVALID_PARAMETER_VALUE")
refused(lambda: auth.get_user("nobody"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: auth.delete_user(ADMIN), "BAD_REQUEST")

be("joe", FIRST)
assert auth.get_user("joe").username == "joe"
refused(lambda: auth.get_user(ADMIN), "PERMISSION_DENIED")
refused(lambda: auth.create_user("jim", FIRST), "PERMISSION_DENIED")
refused(lambda: MlflowClient().create_experiment("of joe"), "PERMISSION_DENIED")

be(ADMIN, ADMINS)
if hasattr(auth, "grant_user_permission"):
    auth.grant_user_permission("joe", "experiment", "*", "EDIT")
    got = auth.get_user_permission("joe", "experiment", "0")
    assert got.permission == "EDIT" and got.allowed
    assert auth.get_user_permission("joe", "registered_model", "*").permission == "USE"
    assert "Give EDIT" in refused(
        lambda: auth.grant_user_permission("joe", "experiment", "*", "MANAGE"), "PERMISSION_DENIED")
    assert "use resource_id '*'" in refused(
        lambda: auth.grant_user_permission("joe", "experiment", "0", "READ"), "INVALID_PARAMETER_VALUE")
    refused(lambda: auth.grant_user_permission(ADMIN, "experiment", "*", "READ"), "PERMISSION_DENIED")
    be("joe", FIRST)
    client = MlflowClient()
    run = client.create_run(client.create_experiment("of joe"))
    client.log_text(run.info.run_id, "his", "a.txt")
    assert auth.get_user_permission("joe", "experiment", run.info.experiment_id).allowed
    refused(lambda: client.create_registered_model("of joe"), "PERMISSION_DENIED")
    auth.update_user_password("joe", SECOND, current_password=FIRST)
    refused(lambda: client.get_run(run.info.run_id), "UNAUTHENTICATED")
    be("joe", SECOND)
    assert client.get_run(run.info.run_id).info.user_id is not None
    be(ADMIN, ADMINS)
    refused(lambda: auth.update_user_password("joe", FIRST), "PERMISSION_DENIED")
    auth.revoke_user_permission("joe", "experiment", "*")
    assert not auth.get_user_permission("joe", "experiment", "0").allowed
    refused(lambda: auth.revoke_user_permission("joe", "experiment", "*"), "RESOURCE_DOES_NOT_EXIST")
    assert auth.list_user_roles("joe") == [] if hasattr(auth, "list_user_roles") else True
auth.update_user_admin("joe", True)
assert auth.get_user("joe").is_admin
auth.update_user_admin("joe", False)
assert not auth.get_user("joe").is_admin
auth.delete_user("joe")
refused(lambda: auth.get_user("joe"), "RESOURCE_DOES_NOT_EXIST")
be("joe", SECOND)
refused(lambda: auth.get_user("joe"), "UNAUTHENTICATED")
print("users.py is done")
