using System.Diagnostics;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps.Commits;
using GitOpsBumper.Adapters.Git.Signing;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller.Approvals;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Controller.Windows;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests.Text;
using Microsoft.Extensions.Logging;
namespace GitOpsBumper.Controller;

/// <summary>What a cycle works with; made once per run.</summary>
internal sealed record CycleServices
{
    public required BumperSettings Settings { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required CloneStore Clones { get; init; }

    public required RepositoryFinder Repositories { get; init; }

    /// <summary>Shared by all cycles of the process.</summary>
    public required RepositoryTurns Turns { get; init; }

    /// <summary>Whether something may be written now.</summary>
    public required WindowGate Gate { get; init; }

    /// <summary>Whether people have approved it.</summary>
    public required ApprovalGate Approvals { get; init; }

    public CycleWitness Witness { get; init; } = new();

    /// <summary>All Applications that are known, whether this cycle is about them or not.</summary>
    public required IReadOnlyList<ApplicationSnapshot> Everyone { get; init; }

    public required ImageResolver Resolver { get; init; }

    public required CommitMessageTemplate CommitMessage { get; init; }

    /// <summary>Of titles and bodies of requests.</summary>
    public required RequestTextTemplate RequestText { get; init; }

    /// <summary>Where requests are opened.</summary>
    public required Forges Forges { get; init; }

    /// <summary>Where the settings say that GitHub is to make them.</summary>
    public required GitHubCommits Commits { get; init; }

    public required CommitSigners Signers { get; init; }

    /// <summary>Null: commits are not signed.</summary>
    public SigningKey? Signing { get; init; }

    public required CycleRequests Requests { get; init; }

    public required CycleProgress Progress { get; init; }

    /// <summary>Null: nobody wants to see spans.</summary>
    public ActivitySource? Spans { get; init; }

    /// <summary>Where Applications themselves are changed; null where they come from manifests.</summary>
    public ApplicationClient? Cluster { get; init; }

    /// <summary>From 0 to 1; spreads those who lost the same race.</summary>
    public required Func<double> Jitter { get; init; }

    public ILogger Logger => field ??= Loggers.CreateLogger<UpdateCycle>();

    /// <summary>Whether an application has changed since it was planned, or another that has a say in it, or nothing may be written for it any more.</summary>
    public bool MustPlanAgain(ApplicationWork work) => Witness.HasLeft(work.Application) || Gate.HasShut(work) || work.Depends.Any(other => Witness.HasChanged(other.Application));

    /// <summary>Who commits are by, without the signature.</summary>
    public CommitIdentity Identity
    {
        get
        {
            var git = Settings.Git;
            return new(new GitIdentity(git.AuthorUser ?? git.CommitUser, git.AuthorEmail ?? git.CommitEmail), new GitIdentity(git.CommitUser, git.CommitEmail));
        }
    }
}

/// <summary>Counts what the cycle costs; of cycles that run at the same time each also counts the requests of the other.</summary>
/// <param name="registry">HTTP requests to registries.</param>
/// <param name="kubernetes">HTTP requests to the API server.</param>
/// <param name="forge">HTTP requests to the APIs of hosting services.</param>
internal sealed class CycleRequests(RequestCounter registry, RequestCounter kubernetes, RequestCounter forge)
{
    private readonly long _registryBefore = registry.Total;
    private readonly long _kubernetesBefore = kubernetes.Total;
    private readonly long _forgeBefore = forge.Total;
    private long _git;

    public void AddGit(int operations) => Interlocked.Add(ref _git, operations);

    public RequestCounts Count() => new(registry.Total - _registryBefore, Interlocked.Read(ref _git), kubernetes.Total - _kubernetesBefore, forge.Total - _forgeBefore);
}

/// <summary>Tells a person who watches how far the cycle is.</summary>
/// <param name="show">Rewrites one line; does nothing when nobody watches.</param>
internal sealed class CycleProgress(Action<string> show)
{
    private int _applications;
    private int _decided;

    public void Start(int applications, int repositories)
    {
        _applications = applications;
        show($"{applications} applications in {repositories} repositories: fetching");
    }

    public void Planning(RepositoryUrl repository) => show($"{_decided} of {_applications} applications decided, reading {repository}");

    public void Decided()
    {
        var decided = Interlocked.Increment(ref _decided);
        if (decided % 25 == 0 || decided == _applications)
            show($"{decided} of {_applications} applications decided");
    }

    public void Pushing(RepositoryUrl repository, int commits) => show($"pushing {commits} commits to {repository}");
}
