package ai.plexe.auth.model;

import ai.plexe.auth.access.AccountBelongings;
import ai.plexe.auth.account.AccountStanding;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.paging.PageRequest.Slice;
import ai.plexe.auth.problem.ProblemException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** The models of an account. Event loops only. */
@ApplicationScoped
class ModelService implements AccountBelongings {

    private final ModelRepository repository;
    private final ModelListings listings;
    private final AccountStanding standing;
    private final ObjectMapper json;
    private final Clock clock;

    ModelService(
            ModelRepository repository,
            ModelListings listings,
            AccountStanding standing,
            ObjectMapper json,
            Clock clock) {
        this.repository = repository;
        this.listings = listings;
        this.standing = standing;
        this.json = json;
        this.clock = clock;
    }

    Uni<ModelPage> list(String accountId, PageRequest page) {
        return page.isDefault() ? listings.firstPage(accountId, () -> read(accountId, page)) : read(accountId, page);
    }

    private Uni<ModelPage> read(String accountId, PageRequest page) {
        return Work.inSession(() -> repository.list(accountId, page.after(), page.fetched()))
                .map(fetched ->
                        told(page.slice(fetched.stream().map(ModelDetails::of).toList(), ModelDetails::modelId)));
    }

    private ModelPage told(Slice<ModelDetails> slice) {
        try {
            return new ModelPage(Buffer.buffer(json.writeValueAsBytes(slice.items())), slice.nextCursor());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("models are plain data", e);
        }
    }

    Uni<ModelDetails> get(String accountId, String modelId) {
        return Work.inSession(() -> repository.ofAccount(accountId, modelId))
                .onItem()
                .ifNull()
                .failWith(ModelService::noSuchModel)
                .map(ModelDetails::of);
    }

    Uni<ModelDetails> create(String accountId, String name, String description) {
        Model model = new Model();
        model.id = TimeOrderedId.next("mdl", clock.instant());
        model.accountId = accountId;
        model.name = name;
        model.description = description;
        model.createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return Work.inTransaction(() -> standing.holdUndeleted(accountId)
                        .flatMap(held -> repository.persistAndFlush(model))
                        .call(() -> repository.announceChange(accountId)))
                .invoke(() -> listings.drop(accountId))
                .map(ModelDetails::of);
    }

    Uni<Void> delete(String accountId, String modelId) {
        return Work.inTransaction(() -> repository
                        .deleteOfAccount(accountId, modelId)
                        .invoke(deleted -> {
                            if (!deleted) {
                                throw noSuchModel();
                            }
                        })
                        .call(() -> repository.announceChange(accountId)))
                .invoke(() -> listings.drop(accountId))
                .replaceWithVoid();
    }

    /** Deletes the models of a deleted account. */
    @Override
    public Uni<Void> removeOf(String accountId) {
        return repository.deleteAllOfAccount(accountId).flatMap(deleted -> repository.announceChange(accountId));
    }

    private static ProblemException noSuchModel() {
        return ProblemException.notFound("model");
    }
}
