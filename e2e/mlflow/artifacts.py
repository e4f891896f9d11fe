"""Files: texts, JSON, figures, tables, images, folders; listed, read back and deleted."""

import os
import sys
import tempfile

import matplotlib.pyplot as plt
import mlflow
import numpy
import pandas
from mlflow import MlflowClient

version = sys.argv[1]
client = MlflowClient()
mlflow.set_experiment("artifacts " + version)
with tempfile.TemporaryDirectory() as folder:
    os.makedirs(os.path.join(folder, "dir", "n"))
    for name, text in {"dir/1": "1", "dir/n/2": "2"}.items():
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)
    large = os.path.join(folder, "large.bin")
    with open(large, "wb") as f:
        f.write(os.urandom(5 << 20))
    open(os.path.join(folder, "empty"), "w").close()
    with mlflow.start_run() as run:
        mlflow.log_artifact(large)
        mlflow.log_artifact(os.path.join(folder, "empty"), "sub dir/ü")
        mlflow.log_artifacts(os.path.join(folder, "dir"), "dir")
        mlflow.log_text("txt", "t.txt")
        mlflow.log_dict({"a": 1}, "d.json")
        mlflow.log_dict({"a": 1}, "d.yaml")
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        mlflow.log_figure(figure, "fig.png")
        mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "tab.json")
        mlflow.log_table({"x": [3], "y": ["c"]}, "tab.json")
        mlflow.log_image(numpy.zeros((4, 4, 3), dtype=numpy.uint8), key="im", step=1)
        mlflow.log_image(numpy.zeros((4, 4, 3), dtype=numpy.uint8), "one.png")
    got = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=os.path.join(folder, "got"))
    with open(large, "rb") as a, open(os.path.join(got, "large.bin"), "rb") as b:
        assert a.read() == b.read()
    assert os.path.getsize(os.path.join(got, "sub dir", "ü", "empty")) == 0
    assert open(os.path.join(got, "dir", "n", "2")).read() == "2"
names = {f.path for f in client.list_artifacts(run.info.run_id)}
assert {"large.bin", "sub dir", "dir", "t.txt", "d.json", "d.yaml", "fig.png", "tab.json", "images", "one.png"} <= names, names
assert {f.path: f.is_dir for f in client.list_artifacts(run.info.run_id, "dir")} == {"dir/1": False, "dir/n": True}
assert mlflow.artifacts.load_text(run.info.artifact_uri + "/t.txt") == "txt"
assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/d.json") == {"a": 1}
table = mlflow.load_table("tab.json", run_ids=[run.info.run_id])
assert sorted(table["x"]) == [1, 2, 3], table
try:
    mlflow.artifacts.load_text(run.info.artifact_uri + "/missing.txt")
    raise AssertionError("a file that is not there was read")
except Exception as e:
    assert "missing.txt" in str(e) or "No such artifact" in str(e), e
# Files in parts, which the client sends without its credentials to the addresses that the server names.
os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"] = "true"
os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = str(5 << 20)
os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = str(1 << 20)
import requests

sent = []
put = requests.put
requests.put = lambda url, **more: sent.append(url) or put(url, **more)
with tempfile.TemporaryDirectory() as folder:
    parted = os.path.join(folder, "in parts.bin")
    content = os.urandom((11 << 20) + 12345)
    with open(parted, "wb") as f:
        f.write(content)
    client.log_artifact(run.info.run_id, parted, "ü/parts")
    assert len(sent) == 12 and all("/mlflow-artifacts/mpu/part/" in url for url in sent), sent
    # What is read in parts falls back to the file itself; ranges of it go on where a download broke off.
    os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"] = "true"
    os.environ["MLFLOW_MULTIPART_DOWNLOAD_MINIMUM_FILE_SIZE"] = "1"
    got = client.download_artifacts(run.info.run_id, "ü/parts/in parts.bin", folder)
    with open(got, "rb") as f:
        assert f.read() == content
    address = os.environ["MLFLOW_TRACKING_URI"] + run.info.artifact_uri.replace(
        "mlflow-artifacts:", "/api/2.0/mlflow-artifacts/artifacts") + "/ü/parts/in parts.bin"
    whole = requests.get(address, stream=True)
    begun = whole.raw.read(3 << 20)
    whole.close()
    rest = requests.get(address, headers={"Range": f"bytes={len(begun)}-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206 and begun + rest.content == content

from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

get_artifact_repository(run.info.artifact_uri).delete_artifacts("dir")
assert client.list_artifacts(run.info.run_id, "dir") == []
print("artifacts.py is done")
