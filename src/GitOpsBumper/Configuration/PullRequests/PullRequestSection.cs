using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Configuration.PullRequests;

/// <summary>How requests are opened.</summary>
internal sealed record PullRequestSection
{
    public IReadOnlyList<ForgeHost> Hosts { get; init; } = [];

    public IReadOnlyList<ForgeToken> Tokens { get; init; } = [];

    /// <summary>With it the names of branches begin.</summary>
    public string BranchPrefix { get; init; } = "bumper/";

    /// <summary>The template of titles and bodies; null: the built-in one.</summary>
    public SettingSource? Template { get; init; }

    public RequestLimits Limits { get; init; } = new(0, 20);

    /// <summary>What a person says of the host of a repository; null: nothing.</summary>
    public ForgeHost? HostOf(RepositoryUrl url) => Hosts.FirstOrDefault(host => host.Host == url.Host) ?? (ForgeAddress.KindOf(url.Host) is { } kind ? new ForgeHost(url.Host, kind, null) : null);

    /// <summary>Null: the credential of the repository counts.</summary>
    public ForgeToken? TokenOf(RepositoryUrl url) => Tokens.FirstOrDefault(token => token.Host == url.Host);
}
