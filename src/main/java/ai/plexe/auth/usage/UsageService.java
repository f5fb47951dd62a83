package ai.plexe.auth.usage;

import ai.plexe.auth.accesslog.AccountFacts;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Shows accounts their usage. Event loops only. */
@ApplicationScoped
class UsageService {

    private final UsageRepository repository;
    private final AccountFacts accounts;

    UsageService(UsageRepository repository, AccountFacts accounts) {
        this.repository = repository;
        this.accounts = accounts;
    }

    /**
     * A page of counts, and what the whole adds up to.
     *
     * @param nextCursor null at the end
     */
    record Page(List<Usage> counts, List<Usage> totals, String nextCursor) {}

    /**
     * @param cursor where the page before ended; null for the first
     * @return a failure with {@code not_found} if the account never had the key that is asked for
     */
    Uni<Page> page(UsageQuery query, String cursor, int limit) {
        UsageCursor after = cursor == null ? null : UsageCursor.parse(cursor, query);
        return accounts.requireKey(query.accountId(), query.keyId())
                .chain(() -> repository.counts(query, after, limit + 1))
                .flatMap(counts -> repository.totals(query).map(totals -> page(query, counts, totals, limit)))
                .onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> ProblemException.unavailable("The usage could not be read just now.", failure));
    }

    private static Page page(UsageQuery query, List<Usage> fetched, List<Usage> totals, int limit) {
        return fetched.size() <= limit
                ? new Page(fetched, totals, null)
                : new Page(
                        fetched.subList(0, limit),
                        totals,
                        UsageCursor.of(fetched.get(limit - 1)).toText(query));
    }
}
