"""mlflow models serve, reading the model from this server, by number, alias and logged model."""

import json
import os
import socket
import subprocess
import sys
import urllib.request

import mlflow
import numpy
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression

version = sys.argv[1]
client = MlflowClient()
mlflow.set_experiment("serve " + version)
x = numpy.array([[1.0], [2.0], [3.0]])
model = LinearRegression().fit(x, 2 * x[:, 0])
name = "served " + version
with mlflow.start_run():
    arguments = {"name": "model"} if version.startswith("3.") else {"artifact_path": "model"}
    info = mlflow.sklearn.log_model(model, signature=infer_signature(x, model.predict(x)), registered_model_name=name, **arguments)
client.set_registered_model_alias(name, "champion", 1)


def answers(uri):
    """What the model says when it is served from there."""
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", uri, "--env-manager", "local", "-h", "127.0.0.1", "-p", str(free())]
    environment = dict(os.environ, PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True) as served:
        try:
            said = []
            for line in served.stdout:
                said.append(line)
                if "Uvicorn running on" in line or "Listening at" in line:
                    break
            else:
                raise AssertionError("".join(said))
            request = urllib.request.Request("http://127.0.0.1:%s/invocations" % command[-1], method="POST")
            request.add_header("Content-Type", "application/json")
            with urllib.request.urlopen(request, json.dumps({"inputs": [[4.0]]}).encode(), timeout=60) as answer:
                return json.load(answer)["predictions"]
        finally:
            os.killpg(served.pid, 15)


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


for uri in ["models:/%s@champion" % name, "models:/%s/1" % name] + ([info.model_uri] if version.startswith("3.") else []):
    said = answers(uri)
    assert numpy.allclose(said, [8.0]), (uri, said)
print("serve.py is done")
