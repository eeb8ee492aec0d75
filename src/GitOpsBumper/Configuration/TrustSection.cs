using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Configuration;

/// <summary>What annotations may reach at most, whatever they say: whoever may write an Application is not whoever runs the bot.</summary>
internal sealed record TrustSection
{
    /// <summary>Patterns of hosts, or of repositories where they have a slash; empty: all.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>Patterns of URLs; empty: all.</summary>
    public IReadOnlyList<string> Repositories { get; init; } = [];

    /// <summary>Names of environment variables.</summary>
    public IReadOnlySet<string> Variables { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The folder of the public keys that annotations may name; null: there are none.</summary>
    public string? KeysFolder { get; init; }

    /// <summary>Null when images of the repository may be looked at, else a sentence.</summary>
    public string? Refusal(RepositoryName repository) => Registries.Count == 0 || Registries.Any(pattern => PathGlob.Matches(pattern, pattern.Contains('/', StringComparison.Ordinal) ? repository.ToString() : repository.Registry))
        ? null
        : $"images of {repository} are not looked at: {SettingDefinitions.AllowedRegistries.FileKey} permits {string.Join(", ", Registries)}";

    /// <summary>Null when the repository may be written to, else a sentence.</summary>
    public string? Refusal(RepositoryUrl url) => Repositories.Count == 0 || Repositories.Any(pattern => AppProject.MatchesUrl(pattern, url.Text))
        ? null
        : $"repository '{url}' is not written to: {SettingDefinitions.AllowedRepositories.FileKey} permits {string.Join(", ", Repositories)}";
}
