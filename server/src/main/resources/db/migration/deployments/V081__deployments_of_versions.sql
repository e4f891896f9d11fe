-- Before files of a version change it is asked what serves or served it.
CREATE INDEX deployment_of_version ON deployment (version);
