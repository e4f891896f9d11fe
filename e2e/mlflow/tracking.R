# The client for R as it is: experiments, runs, parameters, metrics, batches, tags, files, searches, registered models and versions.

suppressMessages(library(mlflow))

check <- function(what, ...) if (!isTRUE(all(what, ...))) stop(paste(c("not so:", as.character(substitute(list(what, ...)))[-1]), collapse = " "), call. = FALSE)
refused <- function(call, text) {
  said <- tryCatch({ force(call); "" }, error = function(e) conditionMessage(e))
  if (!grepl(text, said, fixed = TRUE)) stop(paste0("not refused with \"", text, "\": ", said), call. = FALSE)
}
value <- function(table, key) table$value[table$key == key]

stamp <- paste0("R ", format(as.numeric(Sys.time()) * 1e6, digits = 20))
experiment <- mlflow_create_experiment(stamp, tags = list(team = "risk"))
check(mlflow_get_experiment(name = stamp)$experiment_id == experiment)
mlflow_set_experiment(experiment_id = experiment)
mlflow_set_experiment_tag("owner", "ä €", experiment_id = experiment)
shown <- mlflow_get_experiment(experiment_id = experiment)
check(shown$name == stamp, shown$lifecycle_stage == "active")
tags <- do.call(rbind, lapply(shown$tags[[1]], as.data.frame))
check(value(tags, "team") == "risk", value(tags, "owner") == "ä €")

# The everyday path.
run <- mlflow_start_run(experiment_id = experiment)
id <- run$run_id
mlflow_log_param("lr", 0.1)
mlflow_log_param("empty", "")
for (step in 0:2) mlflow_log_metric("loss", 1 / (step + 1), step = step)
mlflow_log_metric("nan", NaN)
mlflow_log_metric("inf", Inf)
mlflow_set_tag("a", "1")
mlflow_set_tag("b", "2")
mlflow_delete_tag("a")
mlflow_log_batch(
  metrics = data.frame(key = c("acc", "acc", "low"), value = c(0.5, 0.9, -Inf), step = c(0, 1, 0), timestamp = c(1000, 2000, 1000)),
  params = data.frame(key = c("depth", "kind"), value = c("3", "tree")),
  tags = data.frame(key = "c", value = "x y")
)
folder <- tempfile("files")
dir.create(file.path(folder, "deep"), recursive = TRUE)
writeLines("hello", file.path(folder, "notes.txt"))
writeLines("below", file.path(folder, "deep", "er.txt"))
invisible(mlflow_log_artifact(file.path(folder, "notes.txt")))
invisible(mlflow_log_artifact(folder, "all"))
invisible(mlflow_end_run())

got <- mlflow_get_run(id)
params <- got$params[[1]]
metrics <- got$metrics[[1]]
tags <- got$tags[[1]]
check(got$status == "FINISHED", got$experiment_id == experiment)
check(value(params, "lr") == "0.1", value(params, "empty") == "", value(params, "depth") == "3")
# The client writes numbers with 15 digits.
check(abs(value(metrics, "loss") - 1 / 3) < 1e-12, value(metrics, "acc") == 0.9, is.nan(value(metrics, "nan")))
check(value(metrics, "inf") > 1e300, value(metrics, "low") < -1e300)
check(value(tags, "b") == "2", value(tags, "c") == "x y", !("a" %in% tags$key))
history <- mlflow_get_metric_history("loss", id)
check(abs(history$value - c(1, 1 / 2, 1 / 3)) < 1e-12, history$step == 0:2)
check(mlflow_get_metric_history("acc", id)$value == c(0.5, 0.9))
listed <- mlflow_list_artifacts(run_id = id)
check(sort(listed$path) == c("all", "notes.txt"), listed$is_dir[listed$path == "all"])
check(sort(mlflow_list_artifacts("all", run_id = id)$path) == c("all/deep", "all/notes.txt"))
check(readLines(mlflow_download_artifacts("notes.txt", run_id = id)) == "hello")
check(readLines(file.path(mlflow_download_artifacts("all", run_id = id), "deep", "er.txt")) == "below")

# Refusals that people meet.
refused(mlflow_log_param("lr", 0.2, run_id = id), "Changing param values is not allowed")
refused(mlflow_get_run(strrep("0", 32)), "RESOURCE_DOES_NOT_EXIST")
refused(mlflow_create_experiment(stamp), "RESOURCE_ALREADY_EXISTS")

# Searches, nested runs, deleting and restoring.
child <- mlflow_start_run(experiment_id = experiment, nested = TRUE)$run_id
mlflow_log_metric("loss", 5)
invisible(mlflow_end_run())
found <- mlflow_search_runs("metrics.loss < 1 and params.lr = '0.1'", experiment_ids = experiment, order_by = list("metrics.loss DESC"))
check(found$run_id == id)
check(mlflow_search_runs(experiment_ids = experiment, order_by = list("metrics.loss DESC"))$run_id == c(child, id))
refused(mlflow_search_runs("nonsense", experiment_ids = experiment), "INVALID_PARAMETER_VALUE")
mlflow_delete_run(child)
check(nrow(mlflow_search_runs(experiment_ids = experiment)) == 1)
check(mlflow_search_runs(run_view_type = "DELETED_ONLY", experiment_ids = experiment)$run_id == child)
check(mlflow_restore_run(child)$lifecycle_stage == "active")

other <- mlflow_create_experiment(paste(stamp, "other"))
renamed <- mlflow_rename_experiment(paste(stamp, "renamed"), experiment_id = other)
check(renamed$name == paste(stamp, "renamed"))
check(mlflow_search_experiments(filter = sprintf("name = '%s renamed'", stamp))$experiments$experiment_id == other)
mlflow_delete_experiment(other)
check(mlflow_get_experiment(experiment_id = other)$lifecycle_stage == "deleted")
mlflow_restore_experiment(other)
check(mlflow_get_experiment(experiment_id = other)$lifecycle_stage == "active")

# The registry.
name <- paste("credit", stamp)
made <- mlflow_create_registered_model(name, tags = list(list(key = "team", value = "risk")), description = "scores")
check(made$name == name, made$description == "scores")
refused(mlflow_create_registered_model(name), "RESOURCE_ALREADY_EXISTS")
first <- mlflow_create_model_version(name, sprintf("runs:/%s/all", id), run_id = id, tags = list(list(key = "i", value = "1")), description = "first")
second <- mlflow_create_model_version(name, "s3://bucket/two")
check(first$version == "1", second$version == "2", first$status == "READY", first$run_id == id)
mlflow_update_registered_model(name, "better")
check(mlflow_get_registered_model(name)$description == "better")
mlflow_update_model_version(name, "1", "changed")
mlflow_set_model_version_tag(name, "1", "k", "v")
got <- mlflow_get_model_version(name, "1")
tags <- do.call(rbind, lapply(got$tags, as.data.frame))
check(got$description == "changed", value(tags, "k") == "v", value(tags, "i") == "1")
mlflow_transition_model_version_stage(name, "1", "Staging")
moved <- mlflow_transition_model_version_stage(name, "2", "Staging", archive_existing_versions = TRUE)
check(moved$current_stage == "Staging", mlflow_get_model_version(name, "1")$current_stage == "Archived")
check(vapply(mlflow_get_latest_versions(name, list("Staging")), function(v) v$version, "") == "2")
found <- mlflow_search_registered_models(filter = sprintf("name = '%s'", name), order_by = list("name"))
check(length(found$registered_models) == 1, found$registered_models[[1]]$name == name)
mlflow_delete_model_version(name, "2")
refused(mlflow_get_model_version(name, "2"), "RESOURCE_DOES_NOT_EXIST")
check(mlflow_rename_registered_model(name, paste(name, "renamed"))$name == paste(name, "renamed"))
mlflow_delete_registered_model(paste(name, "renamed"))
refused(mlflow_get_registered_model(paste(name, "renamed")), "RESOURCE_DOES_NOT_EXIST")
cat("tracking.R is done\n")
