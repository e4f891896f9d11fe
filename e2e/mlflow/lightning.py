"""PyTorch Lightning through its own logger: parameters, metrics by step, the state of the run, checkpoints as files."""

import os
import sys
import tempfile

import torch
from mlflow import MlflowClient
from pytorch_lightning import LightningModule, Trainer, seed_everything
from pytorch_lightning.callbacks import ModelCheckpoint
from pytorch_lightning.loggers import MLFlowLogger
from torch.utils.data import DataLoader, TensorDataset

uri = os.environ["MLFLOW_TRACKING_URI"]
client = MlflowClient()


class Line(LightningModule):
    def __init__(self, rate, layers):
        super().__init__()
        self.save_hyperparameters()
        self.line = torch.nn.Linear(1, 1)

    def loss(self, batch):
        x, y = batch
        return torch.nn.functional.mse_loss(self.line(x), y)

    def training_step(self, batch, _):
        loss = self.loss(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _):
        self.log("val_loss", self.loss(batch))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)


class Breaks(Line):
    def training_step(self, batch, index):
        if index == 3:
            raise RuntimeError("broken off on purpose")
        return super().training_step(batch, index)


def rows():
    x = torch.linspace(-1, 1, 64).reshape(-1, 1)
    return DataLoader(TensorDataset(x, 3 * x + 1), batch_size=8)


def trained(model, folder, **arguments):
    logger = MLFlowLogger("lightning", tracking_uri=uri, log_model=True, tags={"team": "risk"}, **arguments)
    checkpoint = ModelCheckpoint(dirpath=os.path.join(folder, "kept"), monitor="val_loss", save_top_k=1)
    trainer = Trainer(
        max_epochs=5,
        accelerator="cpu",
        logger=logger,
        callbacks=[checkpoint],
        default_root_dir=folder,
        log_every_n_steps=1,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    try:
        trainer.fit(model, rows(), rows())
    except RuntimeError as e:
        assert str(e) == "broken off on purpose", e
    return logger, checkpoint, trainer


seed_everything(1)
with tempfile.TemporaryDirectory() as folder:
    model = Line(rate=0.1, layers=1)
    logger, checkpoint, trainer = trained(model, folder, run_name="fitted")
    run = client.get_run(logger.run_id)
    assert run.info.status == "FINISHED", run.info.status
    assert run.info.run_name == "fitted" and run.data.tags["team"] == "risk", run
    assert client.get_experiment(logger.experiment_id).name == "lightning"
    assert run.data.params == {"rate": "0.1", "layers": "1"}, run.data.params
    losses = client.get_metric_history(logger.run_id, "train_loss")
    assert [point.step for point in losses] == list(range(40)), losses
    assert losses[-1].value < losses[0].value / 10, losses
    assert len(client.get_metric_history(logger.run_id, "val_loss")) == 5
    assert run.data.metrics["val_loss"] == float(trainer.callback_metrics["val_loss"]), run.data.metrics
    assert [point.value for point in client.get_metric_history(logger.run_id, "epoch")][-1] == 4

    name = os.path.splitext(os.path.basename(checkpoint.best_model_path))[0]
    kept = {file.path for file in client.list_artifacts(logger.run_id, name)}
    assert "%s/%s.ckpt" % (name, name) in kept, kept
    assert {name + "/metadata.yaml", name + "/aliases.txt"} <= kept, kept
    with tempfile.TemporaryDirectory() as other:
        file = client.download_artifacts(logger.run_id, "%s/%s.ckpt" % (name, name), other)
        again = Line.load_from_checkpoint(file)
    assert torch.equal(again.line.weight, model.line.weight), (again.line.weight, model.line.weight)

with tempfile.TemporaryDirectory() as folder:
    logger, _, _ = trained(Breaks(rate=0.1, layers=1), folder)
    assert client.get_run(logger.run_id).info.status == "FAILED"
    assert len(client.get_metric_history(logger.run_id, "train_loss")) == 3

with tempfile.TemporaryDirectory() as folder:
    before = logger.run_id
    logger, _, _ = trained(Line(rate=0.1, layers=1), folder, run_id=before)
    assert logger.run_id == before and client.get_run(before).info.status == "FINISHED"
    assert len(client.get_metric_history(before, "val_loss")) == 5
print("lightning.py is done")
