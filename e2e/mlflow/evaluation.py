"""Evaluation data sets: made, filled, read, searched, deleted. Clients before 3.0 have none."""

import sys

import mlflow

version = sys.argv[1]
if version.startswith("3."):
    from mlflow.genai import datasets

    experiment = mlflow.set_experiment("evaluation " + version)
    made = datasets.create_dataset(name="questions", experiment_id=[experiment.experiment_id], tags={"team": "risk"})
    made.merge_records(
        [
            {"inputs": {"q": "1"}, "expectations": {"a": "2"}},
            {"inputs": {"q": "2"}},
        ]
    )
    made.merge_records([{"inputs": {"q": "1"}, "expectations": {"a": "3"}}])
    read = datasets.get_dataset(dataset_id=made.dataset_id)
    rows = read.to_df()
    assert len(rows) == 2, rows
    answers = {row["inputs"]["q"]: row["expectations"] for _, row in rows.iterrows()}
    assert answers["1"] == {"a": "3"}, answers
    assert read.tags["team"] == "risk"
    found = datasets.search_datasets(
        experiment_ids=[experiment.experiment_id], filter_string="name = 'questions' AND tags.team = 'risk'"
    )
    assert [each.dataset_id for each in found] == [made.dataset_id]
    datasets.set_dataset_tags(dataset_id=made.dataset_id, tags={"c": "d"})
    datasets.delete_dataset_tag(dataset_id=made.dataset_id, key="c")
    assert "c" not in datasets.get_dataset(dataset_id=made.dataset_id).tags
    datasets.delete_dataset(dataset_id=made.dataset_id)
    assert datasets.search_datasets(experiment_ids=[experiment.experiment_id]) == []
print("evaluation.py is done")
