using System.Net;
using System.Text.Json;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Git.Apps.Commits;

/// <summary>What the GraphQL API answered: it says 200 to almost everything, and what went wrong stands inside.</summary>
internal sealed class GraphQlAnswer
{
    private readonly JsonElement _data;

    private GraphQlAnswer(JsonElement data, ApiCommitOutcome? outcome) => (_data, Outcome) = (data, outcome);

    /// <summary>Why there is no data; null when there is.</summary>
    public ApiCommitOutcome? Outcome { get; }

    /// <exception cref="GitException">Nothing was asked or done, and it is nothing about the branch.</exception>
    public static GraphQlAnswer Read(HttpReply reply, GitRemote remote)
    {
        var app = remote.Credential!.App!;
        var root = AppRefusal.Parse(reply);
        var words = Quote(Member(root, "message"));
        if (!reply.IsSuccess || root.ValueKind != JsonValueKind.Object)
        {
            var failure = reply.IsTransient || reply.RateLimit is { IsUsedUp: true } ? GitFailure.Network
                : reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? GitFailure.AuthenticationFailed : GitFailure.Other;
            throw new GitException(failure, $"could not commit to {remote.Url} through GitHub's API: {app.GraphQlUrl.Authority} answered {(int)reply.Status}{(words.Length == 0 ? "" : $" '{words}'")} to {app}");
        }

        if (!root.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0)
            return new GraphQlAnswer(root.TryGetProperty("data", out var data) ? data.Clone() : default, null);
        var (type, message) = (Member(errors[0], "type"), Member(errors[0], "message"));
        if (type == "RATE_LIMITED")
            throw new GitException(GitFailure.Network, $"could not commit to {remote.Url} through GitHub's API: {app.GraphQlUrl.Authority} limits {app} ({Quote(message)})");
        var isRace = type == "STALE_DATA" || message.StartsWith("Expected branch to point to", StringComparison.OrdinalIgnoreCase)
            || (message.StartsWith("A ref named", StringComparison.OrdinalIgnoreCase) && message.Contains("already exists", StringComparison.OrdinalIgnoreCase));
        return new GraphQlAnswer(default, isRace ? new ApiCommitOutcome.LostRace() : new ApiCommitOutcome.Refused(Quote(type.Length == 0 ? message : $"{type}: {message}")));
    }

    /// <summary>The text at the end of a way through objects; null when it is not there.</summary>
    public string? Text(params ReadOnlySpan<string> way)
    {
        var at = _data;
        foreach (var name in way)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }

        return at.ValueKind == JsonValueKind.String ? at.GetString() : null;
    }

    private static string Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Quote(string text) => text.Length == 0 ? "" : GitErrors.Quote(text);
}
