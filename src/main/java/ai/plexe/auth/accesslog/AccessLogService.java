package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.paging.PageRequest.Slice;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Shows accounts their log. Event loops only. */
@ApplicationScoped
class AccessLogService {

    private static final int EXPORTED_AT_ONCE = 1000;
    private static final ProblemException NOT_OPERATOR = ProblemException.insufficientPermissions(
            PermissionLevel.ADMIN.wireName(), "What belongs to no account is the operator's account's business.");

    private final AccessLogRepository repository;
    private final AccountFacts accounts;

    AccessLogService(AccessLogRepository repository, AccountFacts accounts) {
        this.repository = repository;
        this.accounts = accounts;
    }

    /**
     * Whether the caller may ask this.
     *
     * @return a failure with {@code not_found} if the account never had the key that is asked for, or with {@code
     *     insufficient_permissions} if what is nobody's is asked for by another account than the operator's
     */
    Uni<Void> require(Caller caller, LogQuery query) {
        return readable(
                requireOperator(caller, query).chain(() -> accounts.requireKey(caller.accountId(), query.keyId())));
    }

    /** A page, newest first. */
    Uni<Slice<LogEntry>> page(LogQuery query, PageRequest page) {
        return readable(repository.find(query, page.after(), page.fetched()))
                .map(found -> page.slice(found, LogEntry::id));
    }

    /**
     * All of it, newest first, a batch at a time: the next is read when the last was taken.
     *
     * @return once the first, which may be empty, was read
     */
    Uni<Multi<List<LogEntry>>> export(LogQuery query) {
        return batch(query, "")
                .map(first -> first.isEmpty()
                        ? Multi.createFrom().item(first)
                        : Multi.createBy()
                                .concatenating()
                                .streams(Multi.createFrom().item(first), after(query, first)));
    }

    private Multi<List<LogEntry>> after(LogQuery query, List<LogEntry> first) {
        return Multi.createBy()
                .repeating()
                .uni(
                        () -> new Position(first),
                        position -> batch(query, position.after).invoke(position::passOver))
                .until(List::isEmpty);
    }

    private Uni<List<LogEntry>> batch(LogQuery query, String after) {
        return readable(repository.find(query, after, EXPORTED_AT_ONCE));
    }

    private Uni<Void> requireOperator(Caller caller, LogQuery query) {
        return query.accountId() != null
                ? Uni.createFrom().voidItem()
                : accounts.runsInstallation(caller.accountId())
                        .invoke(operator -> {
                            if (!operator) {
                                throw NOT_OPERATOR;
                            }
                        })
                        .replaceWithVoid();
    }

    /** How far an export has come. */
    private static final class Position {
        private String after;

        Position(List<LogEntry> first) {
            passOver(first);
        }

        final void passOver(List<LogEntry> entries) {
            if (!entries.isEmpty()) {
                after = entries.get(entries.size() - 1).id();
            }
        }
    }

    private static <T> Uni<T> readable(Uni<T> work) {
        return work.onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> ProblemException.unavailable(
                        "The access log could not be read just now. A shorter time, from and to, may help.", failure));
    }
}
