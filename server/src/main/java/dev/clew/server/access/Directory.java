package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Caller;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Everything about principals as of one moment. Immutable but for the callers it remembers, which end with it.
 *
 * @param epoch the journal's access epoch when it was read
 * @param byMac tokens by the hexadecimal MAC of their text
 * @param callers what was worked out before, by principal or token
 * @param soloWanted setting {@code sod.mode=solo}
 */
record Directory(
        long epoch,
        Map<String, Principal> byId,
        Map<String, Principal> byLogin,
        Map<String, List<RoleGrant>> grants,
        Map<String, Token> byMac,
        Map<String, Caller> callers,
        boolean soloWanted) {
    static Directory load(AccessStore store, long epoch, boolean soloWanted) {
        var principals = store.principals();
        return new Directory(
                epoch,
                principals.stream().collect(Collectors.toMap(Principal::id, principal -> principal)),
                principals.stream().collect(Collectors.toMap(Principal::login, principal -> principal)),
                store.grants().stream().collect(Collectors.groupingBy(RoleGrant::holder)),
                store.tokens().stream()
                        .collect(Collectors.toMap(token -> HexFormat.of().formatHex(token.mac()), token -> token)),
                new ConcurrentHashMap<>(),
                soloWanted);
    }

    boolean hasUsers() {
        return byId.values().stream().anyMatch(Principal::isUser);
    }

    /** Whether somebody who can act administers who may what. */
    boolean hasAdministrator(long micros) {
        return byId.values().stream()
                .filter(Principal::isActive)
                .flatMap(principal -> grants.getOrDefault(principal.id(), List.of()).stream())
                .anyMatch(grant -> grant.role() == Role.SA && grant.holdsAt(micros));
    }

    /** Whether one person may do what else takes two: no user yet, or one alone where that is set. */
    boolean isSolo() {
        long persons = activePersons();
        return persons == 0 || (soloWanted && persons == 1);
    }

    /** Whether it is the one person who works alone, by whichever account. */
    boolean isSoloUser(String id) {
        Principal principal = byId.get(id);
        return soloWanted && principal != null && principal.isUser() && principal.isActive() && activePersons() == 1;
    }

    /** Persons who can act; two accounts of one count once. */
    long activePersons() {
        return byId.values().stream()
                .filter(principal -> principal.isUser() && principal.isActive())
                .map(principal -> personOf(principal.id()))
                .distinct()
                .count();
    }

    /**
     * Who answers for what a principal does: the owner of a service account, or of a second account of one person; else itself. An owner
     * was there first and never changes, so this ends and may be asked outside of a command.
     */
    String personOf(String id) {
        String person = id;
        for (Principal found = byId.get(id); found != null && found.owner() != null; found = byId.get(person)) {
            person = found.owner();
        }
        return person;
    }

    /** Accounts of one person, service accounts not among them. */
    List<String> accountsOf(String person) {
        return byId.values().stream()
                .filter(Principal::isUser)
                .map(Principal::id)
                .filter(id -> personOf(id).equals(person))
                .sorted()
                .toList();
    }

    Optional<Principal> principal(Uid uid) {
        return byId.values().stream().filter(found -> found.uid().equals(uid)).findFirst();
    }

    Optional<Principal> named(String loginOrId) {
        return Optional.ofNullable(byLogin.getOrDefault(loginOrId, byId.get(loginOrId)));
    }

    /** @throws ClewException NOT_FOUND */
    Principal require(String loginOrId) {
        return named(loginOrId)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND, "There is no user or service account \"%s\".".formatted(loginOrId)));
    }

    String nameOf(String id) {
        Principal found = byId.get(id);
        return found == null ? id : found.login();
    }
}
