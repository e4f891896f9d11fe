package dev.clew.server.http;

/**
 * Where a request comes from.
 *
 * @param address of the client, as far as it is known
 * @param isTls whether the client speaks TLS, to this server or to a proxy that it trusts
 * @param isLocal sent from this machine to a loopback address under a loopback name, through no proxy, on a server that others do not reach
 * @param isCommands sent so to the connector for this machine's commands, on a server that others reach
 */
record Sender(String address, boolean isTls, boolean isLocal, boolean isCommands) {
    /** Whether the operator's token counts. */
    boolean isOperators() {
        return isLocal || isCommands;
    }
}
