using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core;
using GitOpsBumper.Webhooks.Senders;
using GitOpsBumper.Webhooks.Senders.Forges;
using GitOpsBumper.Webhooks.Senders.Registries;

namespace GitOpsBumper.Webhooks;

/// <summary>All senders that are understood.</summary>
internal static class WebhookSenders
{
    public static IReadOnlyList<IWebhookReceiver> All { get; } =
    [
        new DockerHub(), new GitHub(), new Harbor(), new Quay(), new AliyunAcr(), new AzureContainerRegistry(), new CloudEvents(), new GoogleArtifactRegistry(),
        new Distribution(), new Artifactory(), new Nexus(), new Generic(), new GitLab(), new Gitea(), new Bitbucket(), new AzureDevOps(),
    ];

    private static Dictionary<string, IWebhookReceiver> ByType { get; } =
        All.SelectMany(receiver => receiver.Types, (receiver, type) => (type, receiver)).ToDictionary(pair => pair.type, pair => pair.receiver, StringComparer.OrdinalIgnoreCase);

    /// <param name="type">What <c>?type=</c> says; null: it is not there.</param>
    /// <param name="receiver">Who reads what it sends.</param>
    /// <param name="problem">A sentence that names all that are allowed, and the one that was probably meant.</param>
    public static bool TryFind(string? type, [NotNullWhen(true)] out IWebhookReceiver? receiver, [NotNullWhen(false)] out string? problem)
    {
        receiver = null;
        problem = null;
        if (type is not null && ByType.TryGetValue(type, out receiver))
            return true;
        var allowed = $"allowed are {string.Join(", ", All.Select(each => each.Types[0]))}";
        problem = string.IsNullOrEmpty(type)
            ? $"parameter type of the URL is missing, empty or there several times; {allowed}"
            : $"type '{SentReading.Clean(type)}' is not known; {allowed}{NearestName.Suggest(type, ByType.Keys)}";
        return false;
    }
}
