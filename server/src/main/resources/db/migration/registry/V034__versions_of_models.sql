-- Before files change it is asked which versions are made of them; those of a run are found by run_id.
CREATE INDEX model_version_logged_model ON model_version (logged_model);
