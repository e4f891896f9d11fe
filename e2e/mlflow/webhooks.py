"""Webhooks: made, shown, changed, deleted; targets in private networks are refused."""

import sys

import mlflow
from mlflow import MlflowClient

version = sys.argv[1]
if version.startswith("3."):
    client = MlflowClient()
    from mlflow.entities.webhook import WebhookAction, WebhookEntity, WebhookEvent, WebhookStatus

    events = [WebhookEvent(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED)]
    made = client.create_webhook(name="told", url="https://1.1.1.1/x", events=events, secret="s")
    assert client.get_webhook(made.webhook_id).name == "told"
    assert [each.webhook_id for each in client.list_webhooks()] == [made.webhook_id]
    changed = client.update_webhook(made.webhook_id, description="d", status=WebhookStatus.DISABLED)
    assert changed.description == "d" and changed.status == WebhookStatus.DISABLED
    client.delete_webhook(made.webhook_id)
    assert list(client.list_webhooks()) == []
    for url in ("https://127.0.0.1/x", "https://169.254.169.254/x", "http://example.com/x"):
        try:
            client.create_webhook(name="told", url=url, events=events)
            raise SystemExit("called " + url)
        except mlflow.exceptions.MlflowException as refused:
            assert refused.error_code == "INVALID_PARAMETER_VALUE", refused
print("webhooks.py is done")
