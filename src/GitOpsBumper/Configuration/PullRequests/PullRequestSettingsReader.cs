using GitOpsBumper.Configuration.Reading;
using GitOpsBumper.Core.Annotations.Requests;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Configuration.PullRequests;

/// <summary>Reads the settings of requests.</summary>
internal sealed class PullRequestSettingsReader(SettingLookup lookup, List<string> problems) : ValueReader(lookup, problems)
{
    private const int Most = 100_000;

    public PullRequestSection Read(PullRequestSection defaults) => new()
    {
        Hosts = Hosts(),
        Tokens = Tokens(),
        BranchPrefix = Prefix() ?? defaults.BranchPrefix,
        Template = Source(PullRequestSettingDefinitions.RequestTemplatePath, ConfigMapLayer.RequestTemplate),
        Limits = new RequestLimits(
            Number(PullRequestSettingDefinitions.MaxOpenRequests, 0, Most) ?? defaults.Limits.MaxOpen,
            Number(PullRequestSettingDefinitions.MaxNewRequests, 0, Most) ?? defaults.Limits.MaxNew),
    };

    /// <summary>What holds where annotations are silent.</summary>
    public PullRequestDefaults ReadDefaults()
    {
        var labels = RequestNames.Read(List(PullRequestSettingDefinitions.RequestLabels), out var problem);
        if (problem is not null)
            Add($"{Name(PullRequestSettingDefinitions.RequestLabels)}: {problem}");
        return new PullRequestDefaults
        {
            Proposes = Choice(PullRequestSettingDefinitions.PullRequests, Switches) ?? false,
            Update = Choice<RequestUpdate>(PullRequestSettingDefinitions.RequestUpdate, [new("replace", RequestUpdate.Replace), new("append", RequestUpdate.Append)]) ?? RequestUpdate.Replace,
            Labels = labels,
        };
    }

    private IReadOnlyList<ForgeHost> Hosts()
    {
        var hosts = new List<ForgeHost>();
        foreach (var text in List(PullRequestSettingDefinitions.Forge))
        {
            if (!ForgeHost.TryParse(text, out var host, out var problem))
                Add($"{Name(PullRequestSettingDefinitions.Forge)}: {problem}");
            else if (hosts.Exists(known => known.Host == host.Host && known != host))
                Add($"{Name(PullRequestSettingDefinitions.Forge)}: {host.Host} is said to be two forges; allowed is one");
            else
                hosts.Add(host);
        }

        return hosts;
    }

    private IReadOnlyList<ForgeToken> Tokens()
    {
        var tokens = new List<ForgeToken>();
        foreach (var text in List(PullRequestSettingDefinitions.ForgeToken))
        {
            if (!ForgeToken.TryParse(text, out var token, out var problem))
                Add($"{Name(PullRequestSettingDefinitions.ForgeToken)}: {problem}");
            else if (tokens.Exists(known => known.Host == token.Host && known != token))
                Add($"{Name(PullRequestSettingDefinitions.ForgeToken)}: {token.Host} has two tokens; allowed is one");
            else
                tokens.Add(token);
        }

        return tokens;
    }

    private string? Prefix()
    {
        if (One(PullRequestSettingDefinitions.RequestBranchPrefix) is not { } prefix)
            return null;
        if (RefName.Check($"{prefix}x") is { } problem)
            Add($"{Name(PullRequestSettingDefinitions.RequestBranchPrefix)} '{prefix}': {problem}");
        return prefix;
    }
}
