-- A model is looked for by the run that made it and the name it was given there.
CREATE INDEX logged_model_source ON logged_model (source_run, name);
