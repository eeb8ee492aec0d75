using GitOpsBumper.Core.Annotations;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Configuration;

/// <summary>The settings of one run, checked. The defaults stand here and nowhere else.</summary>
internal sealed record BumperSettings
{
    public IReadOnlyList<string> Manifests { get; init; } = [];

    public ApplicationFilter Filter { get; init; } = ApplicationFilter.All;

    public string ArgoCdNamespace { get; init; } = "argocd";

    /// <summary>Null: no registries.conf, every registry is used as its name says.</summary>
    public string? RegistriesConfPath { get; init; }

    /// <summary>Null: a private temporary folder for this run.</summary>
    public string? CacheDir { get; init; }

    public AnnotationDefaults Annotations { get; init; } = new();

    public GitSection Git { get; init; } = new();

    /// <summary>How long what a tag points to counts as known.</summary>
    public TimeSpan TagRevalidate { get; init; } = TimeSpan.FromMinutes(30);

    public OutputFormat Output { get; init; } = OutputFormat.Text;

    public LogSection Log { get; init; } = new();
}

/// <summary>How commits are made.</summary>
internal sealed record GitSection
{
    public string CommitUser { get; init; } = "GitOpsBumper";

    public string CommitEmail { get; init; } = "noreply@gitopsbumper.io";

    /// <summary>Null: the built-in message.</summary>
    public string? CommitMessagePath { get; init; }

    /// <summary>Whether a folder of this machine may be written to as a repository: its hooks would run with the rights of the bot.</summary>
    public bool AllowLocalRepositories { get; init; }

    /// <summary>Of one git process.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Repositories worked on at once.</summary>
    public int MaxConcurrency { get; init; } = 4;
}

internal sealed record LogSection
{
    public LogLevel Level { get; init; } = LogLevel.Warning;

    public OutputFormat Format { get; init; } = OutputFormat.Text;
}

internal enum OutputFormat
{
    Text,
    Json,
}
