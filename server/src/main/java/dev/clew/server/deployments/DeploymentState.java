package dev.clew.server.deployments;

/** Where a deployment stands. Only transitions are written, each an entry. */
public enum DeploymentState {
    REQUESTED,
    CHECKED,
    DEPLOYING,
    LIVE,
    SUPERSEDED,
    ROLLED_BACK,
    FAILED,
    WITHDRAWN;

    public boolean isOver() {
        return switch (this) {
            case REQUESTED, CHECKED, DEPLOYING, LIVE -> false;
            case SUPERSEDED, ROLLED_BACK, FAILED, WITHDRAWN -> true;
        };
    }
}
