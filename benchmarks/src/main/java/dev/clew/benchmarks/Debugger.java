package dev.clew.benchmarks;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits in another Java process until a method is entered, so that the process can be killed exactly there. The server needs no hook for
 * it: it runs as it is packaged, with the debug agent of its own runtime. Confined to one thread.
 */
final class Debugger implements AutoCloseable {
    private final ListeningConnector connector;
    private final Map<String, Connector.Argument> arguments;
    private final String address;
    private final CompletableFuture<VirtualMachine> machine;

    private Debugger(ListeningConnector connector, Map<String, Connector.Argument> arguments, String address) {
        this.connector = connector;
        this.arguments = arguments;
        this.address = address;
        this.machine = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("debugger").start(() -> {
            try {
                machine.complete(connector.accept(arguments));
            } catch (IOException | IllegalConnectorArgumentsException e) {
                machine.completeExceptionally(e);
            }
        });
    }

    /** Waits on the loopback address for one process. */
    static Debugger listen() throws IOException {
        ListeningConnector connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Java runtime has no debug connector"));
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        Objects.requireNonNull(arguments.get("localAddress")).setValue("127.0.0.1");
        try {
            return new Debugger(connector, arguments, connector.startListening(arguments));
        } catch (IllegalConnectorArgumentsException e) {
            throw new IOException(e);
        }
    }

    /** What the process is started with. */
    String flag() {
        return "-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=" + address;
    }

    /**
     * Waits until the method was entered for the {@code hit}th time from now on; the process stands still then, or goes on.
     *
     * @return false when that did not happen in time
     * @throws IllegalStateException when there is no such method: it was renamed
     */
    boolean await(CrashStep.Place place, int hit, Duration patience) throws IOException, InterruptedException {
        VirtualMachine process = process();
        long until = System.nanoTime() + patience.toNanos();
        try {
            var loaded = process.classesByName(place.type());
            if (loaded.isEmpty()) {
                var prepare = process.eventRequestManager().createClassPrepareRequest();
                prepare.addClassFilter(place.type());
                prepare.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
                prepare.enable();
            } else {
                stopAt(process, loaded.getFirst(), place, hit);
            }
            while (true) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                EventSet events = left <= 0 ? null : process.eventQueue().remove(left);
                if (events == null) {
                    return false;
                }
                for (Event event : events) {
                    if (event instanceof BreakpointEvent) {
                        return true;
                    }
                    if (event instanceof ClassPrepareEvent prepared) {
                        stopAt(process, prepared.referenceType(), place, hit);
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException e) {
            throw new IOException("the server ended by itself", e);
        }
    }

    private VirtualMachine process() throws IOException, InterruptedException {
        try {
            return machine.get(120, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the server's debug agent did not come", e);
        }
    }

    private static void stopAt(VirtualMachine process, ReferenceType type, CrashStep.Place place, int hit) {
        boolean found = false;
        for (Method method : type.methodsByName(place.method())) {
            Location first = method.location();
            if (first != null && !method.isBridge()) {
                var request = process.eventRequestManager().createBreakpointRequest(first);
                request.addCountFilter(hit);
                request.setSuspendPolicy(
                        place.mostMicros() == 0 ? EventRequest.SUSPEND_ALL : EventRequest.SUSPEND_NONE);
                request.enable();
                found = true;
            }
        }
        if (!found) {
            throw new IllegalStateException("%s has no method %s any more; give CrashStep its new name"
                    .formatted(place.type(), place.method()));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connector.stopListening(arguments);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IOException(e);
        }
    }
}
