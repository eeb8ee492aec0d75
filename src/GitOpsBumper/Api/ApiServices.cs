using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Metrics;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api;

/// <summary>What is asked from outside goes to.</summary>
internal sealed record ApiServices
{
    /// <summary>As they are now.</summary>
    public required Func<HookSection> Settings { get; init; }

    /// <summary>As they are now.</summary>
    public required Func<SecretLayer> Secrets { get; init; }

    /// <summary>Whether this replica is the one that works.</summary>
    public required Func<Standing> Standing { get; init; }

    /// <summary>Who lists an image; the flag: or one below it.</summary>
    public required Func<RepositoryName, bool, IReadOnlyList<TriggerTarget>> UsersOf { get; init; }

    /// <summary>Who writes to one of the branches of one of the addresses; to any, where no branches are named.</summary>
    public required Func<IReadOnlyList<RepositoryUrl>, IReadOnlyList<string>, IReadOnlyCollection<NamespacedName>> WritersTo { get; init; }

    /// <summary>Whether this process has pushed a commit, by its id in hexadecimal digits.</summary>
    public required Func<string, bool> IsOwnCommit { get; init; }

    /// <summary>Reads a variable; null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    public required TriggerMetrics Metrics { get; init; }

    /// <summary>The repositories of the images that an application lists; null when it is not looked at.</summary>
    public required Func<NamespacedName, IReadOnlyList<RepositoryName>?> ImagesOf { get; init; }

    /// <summary>How an image that is named without registry is meant.</summary>
    public required Func<ImageReference, RepositoryName> RepositoryOf { get; init; }

    /// <summary>What was known of a tag, or of all tags when it is null, counts no longer; the flag: nor of repositories below.</summary>
    public required Action<RepositoryName, Tag?, bool> Distrust { get; init; }

    public required TriggerDesk Desk { get; init; }

    /// <summary>The latest of every application.</summary>
    public required Func<IReadOnlyList<ApplicationReport>> Reports { get; init; }

    /// <summary>Whether every application has been looked at since this replica began to work: before, those of <see cref="Reports"/> are not all.</summary>
    public required Func<bool> HasLooked { get; init; }

    /// <summary>What an application that was read just now says of the image of an alias; null: it lists none.</summary>
    public required Func<ApplicationSnapshot, string, ImagePolicy?> PolicyOf { get; init; }

    /// <summary>That votes are told from forged ones by; null: there is none.</summary>
    public required Func<ApprovalKey?> ApprovalKey { get; init; }

    /// <summary>Where votes are noted.</summary>
    public required ApplicationClient Applications { get; init; }

    /// <summary>Of applications that are named without namespace.</summary>
    public required string ArgoCdNamespace { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}

/// <summary>Whether this replica answers itself.</summary>
internal abstract record Standing
{
    private Standing()
    {
    }

    public sealed record Leads : Standing;

    /// <param name="Leader">Where the replica that leads can be asked.</param>
    public sealed record Follows(Uri Leader) : Standing;

    /// <param name="Reason">A sentence.</param>
    public sealed record Waits(string Reason) : Standing;
}
