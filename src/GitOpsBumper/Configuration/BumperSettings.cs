using System.Net;
using GitOpsBumper.Adapters.Kubernetes.Leases;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Core.Annotations;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Configuration;

/// <summary>The settings of one run, checked. The defaults stand here and nowhere else.</summary>
internal sealed record BumperSettings
{
    public IReadOnlyList<string> Manifests { get; init; } = [];

    public ApplicationFilter Filter { get; init; } = ApplicationFilter.All;

    public string ArgoCdNamespace { get; init; } = "argocd";

    public KubernetesSection Kubernetes { get; init; } = new();

    public ControllerSection Controller { get; init; } = new();

    public HookSection Hooks { get; init; } = new();

    /// <summary>The registries.conf; null: none, every registry is used as its name says.</summary>
    public SettingSource? RegistriesConf { get; init; }

    /// <summary>Null: a private temporary folder for this run.</summary>
    public string? CacheDir { get; init; }

    public AnnotationDefaults Annotations { get; init; } = new();

    /// <summary>Whether nothing is written while an Application's project denies syncs.</summary>
    public bool RespectsSyncWindows { get; init; }

    public TrustSection Trust { get; init; } = new();

    public CredentialSection Credentials { get; init; } = new();

    public GitSection Git { get; init; } = new();

    public PullRequestSection PullRequests { get; init; } = new();

    /// <summary>How long what a tag points to counts as known.</summary>
    public TimeSpan TagRevalidate { get; init; } = TimeSpan.FromMinutes(30);

    public OutputFormat Output { get; init; } = OutputFormat.Text;

    public LogSection Log { get; init; } = new();
}

/// <summary>Where registry credentials may come from, besides secrets and variables.</summary>
internal sealed record CredentialSection
{
    /// <summary>The folder of programs that may be run for them; null: none may.</summary>
    public string? ScriptsDir { get; init; }

    /// <summary>Whether the docker client's logins count; null: on the command line, not in the controller.</summary>
    public bool? UsesDockerConfig { get; init; }

    /// <summary>Null: in the usual place.</summary>
    public string? DockerConfig { get; init; }

    /// <summary>Whether registries of clouds get the identity of this process where nobody names a credential.</summary>
    public bool RecognisesClouds { get; init; } = true;
}

/// <summary>How commits are made.</summary>
internal sealed record GitSection
{
    public string CommitUser { get; init; } = "GitOpsBumper";

    public string CommitEmail { get; init; } = "noreply@gitopsbumper.io";

    /// <summary>Null: as the committer.</summary>
    public string? AuthorUser { get; init; }

    /// <summary>Null: as the committer.</summary>
    public string? AuthorEmail { get; init; }

    /// <summary>Whether messages end with the committer's <c>Signed-off-by</c>.</summary>
    public bool SignsOff { get; init; }

    /// <summary>Null: commits are not signed.</summary>
    public SigningSection? Signing { get; init; }

    /// <summary>Whether GitHub's API makes the commits of repositories that a GitHub App opens; else git does.</summary>
    public bool UsesGitHubApi { get; init; }

    /// <summary>The template of commit messages; null: the built-in one.</summary>
    public SettingSource? CommitMessage { get; init; }

    public CommitGroupings Grouping { get; init; } = CommitGroupings.Default;

    /// <summary>Whether a folder of this machine may be written to as a repository: its hooks would run with the rights of the bot.</summary>
    public bool AllowLocalRepositories { get; init; }

    /// <summary>The host keys of ssh servers; null: those of Argo CD's config map.</summary>
    public SettingSource.InFile? KnownHosts { get; init; }

    /// <summary>Of one git process.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What all clones together may take between cycles; 0: any number.</summary>
    public long MaxCacheBytes { get; init; } = 10L << 30;

    /// <summary>Repositories worked on at once.</summary>
    public int MaxConcurrency { get; init; } = 4;
}

/// <summary>Which cluster, and what of it.</summary>
internal sealed record KubernetesSection
{
    /// <summary>Null: the usual places.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Null: the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Where Applications are looked for; <see cref="AllNamespaces"/> alone: everywhere. Null: in Argo CD's namespace.</summary>
    public IReadOnlyList<string>? Namespaces { get; init; }

    public const string AllNamespaces = "*";
}

/// <summary>How the controller lives.</summary>
internal sealed record ControllerSection
{
    /// <summary>Between the beginnings of two cycles over all Applications; zero: only changes count.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Zero: none.</summary>
    public int HealthPort { get; init; } = 8080;

    /// <summary>Zero: none.</summary>
    public int MetricsPort { get; init; } = 8081;

    /// <summary>Null: all of the machine.</summary>
    public IPAddress? BindAddress { get; init; }

    public bool KubeEvents { get; init; } = true;

    /// <summary>Null: in a pod, but not on a laptop.</summary>
    public bool? LeaderElection { get; init; }

    /// <summary>In Argo CD's namespace.</summary>
    public string LeaseName { get; init; } = "gitops-bumper";

    public LeaderElectionTimes LeaderElectionTimes { get; init; } = LeaderElectionTimes.Default;
}

internal sealed record LogSection
{
    /// <summary>Null: as the command has it.</summary>
    public LogLevel? Level { get; init; }

    public OutputFormat Format { get; init; } = OutputFormat.Text;
}

internal enum OutputFormat
{
    Text,
    Json,
}
