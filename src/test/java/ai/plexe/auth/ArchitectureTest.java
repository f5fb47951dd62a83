package ai.plexe.auth;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.RequiresLevel;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;
import jakarta.ws.rs.HttpMethod;
import java.security.SecureRandom;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What must never be. */
@AnalyzeClasses(packages = "ai.plexe.auth", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] HTTP = {"io.vertx.core.http..", "io.vertx.ext.web..", "jakarta.ws.rs.."};
    private static final DescribedPredicate<HasName> RESOURCE = nameMatching("ai\\.plexe\\.auth\\..*Resource");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("ai.plexe.auth.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyUsesTheGate = noClasses()
            .that()
            .resideOutsideOfPackage("..gate..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.plexe.auth.gate..");

    @ArchTest
    static final ArchRule problemsAndTheOpenApiDocumentKnowNoFeature = noClasses()
            .that()
            .resideInAnyPackage("..problem..", "ai.plexe.auth.openapi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.plexe.auth.apikey..", "ai.plexe.auth.account..", "ai.plexe.auth.model..");

    @ArchTest
    static final ArchRule httpStaysAtTheDoor = noClasses()
            .that()
            .resideOutsideOfPackages("..gate..", "..problem..", "..local..", "..console..", "..federation..")
            .and(not(belongTo(RESOURCE)))
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.access.Caller")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.access.Client")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.session.Origins")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.openapi.LateDocument")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HTTP);

    @ArchTest
    static final ArchRule onlyResourcesDependOnResources =
            noClasses().that(not(belongTo(RESOURCE))).should().dependOnClassesThat(belongTo(RESOURCE));

    @ArchTest
    static final ArchRule redisBelongsToTheOwnersOfAKeySpace = noClasses()
            .that()
            .resideOutsideOfPackage("..redis..")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.accesslog.LogStream")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.apikey.GrantCache")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.ratelimit.FailedAttempts")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.session.LiveSessions")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.account.RequestLimits")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.account.SignInAttempts")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.redis..", "io.quarkus.redis..", "ai.plexe.auth.redis..");

    @ArchTest
    static final ArchRule entitiesStayAtHome =
            classes().that().areAnnotatedWith(Entity.class).should().bePackagePrivate();

    @ArchTest
    static final ArchRule repositoriesStayAtHome =
            classes().that().haveSimpleNameEndingWith("Repository").should().bePackagePrivate();

    @ArchTest
    static final ArchRule everyResourceMethodDeclaresItsAccess = methods()
            .that()
            .areMetaAnnotatedWith(HttpMethod.class)
            .should()
            .beAnnotatedWith(RequiresLevel.class)
            .orShould()
            .beAnnotatedWith(OpenToAll.class);

    @ArchTest
    static final ArchRule nothingWaitsOutsideOfStartAndStop = noClasses()
            .that()
            .resideOutsideOfPackages("..local..", "..bootstrap..")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.apikey.LastUse")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.accesslog.AccessLog")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.accesslog.Ingestion")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.session.SigningKeys")
            .and()
            .doNotHaveFullyQualifiedName("ai.plexe.auth.database.Schema")
            .should()
            .callMethodWhere(target(nameMatching("await|sleep|subscribeAndAwait|toCompletableFuture")));

    @ArchTest
    static final ArchRule noStaticSecureRandom =
            noFields().that().haveRawType(SecureRandom.class).should().beStatic();

    @ArchTest
    static final ArchRule noFieldInjection = noFields().should().beAnnotatedWith(Inject.class);

    @ArchTest
    static final ArchRule noOptionalFields = noFields().should().haveRawType(Optional.class);

    @ArchTest
    static final ArchRule noOptionalParameters = noMethods().should().haveRawParameterTypes(Optional.class);

    @ArchTest
    static final ArchRule loggersAreConstants = fields().that()
            .haveRawType(Logger.class)
            .should()
            .bePrivate()
            .andShould()
            .beStatic()
            .andShould()
            .beFinal();

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..dto..", "..impl..", "..manager..");
}
