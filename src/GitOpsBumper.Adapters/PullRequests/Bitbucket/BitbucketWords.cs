using System.Net;
using System.Text.Json;

namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

/// <summary>How both kinds of Bitbucket say what is wrong.</summary>
internal static class BitbucketWords
{
    /// <summary>One sentence, and more of single fields: <c>Bad request; reviewers: Ada is not a member of this workspace</c>.</summary>
    public static string OfCloud(JsonElement body)
    {
        if (Field(body, "error") is not { } error)
            return "";
        var words = new List<string?> { Text(error, "message"), Text(error, "detail") };
        if (Field(error, "fields") is { ValueKind: JsonValueKind.Object } fields)
        {
            foreach (var field in fields.EnumerateObject())
                words.AddRange(Strings(field.Value).Select(text => $"{field.Name}: {text}"));
        }

        return string.Join("; ", words.Where(text => !string.IsNullOrWhiteSpace(text)));
    }

    /// <summary>What the server throws stands before its sentences: <c>PullRequestOutOfDateException: You are attempting to ...</c>.</summary>
    public static string OfServer(JsonElement body)
    {
        if (Field(body, "errors") is not { ValueKind: JsonValueKind.Array } errors)
            return "";
        var words = new List<string>();
        foreach (var error in errors.EnumerateArray())
        {
            var name = Text(error, "exceptionName")?.Split('.')[^1];
            words.Add(string.Join(": ", new[] { name, Text(error, "message") }.Where(text => !string.IsNullOrWhiteSpace(text))));
            if (Field(error, "reviewerErrors") is { ValueKind: JsonValueKind.Array } reviewers)
                words.AddRange(reviewers.EnumerateArray().Select(reviewer => $"reviewer '{Text(reviewer, "context")}': {Text(reviewer, "message")}"));
        }

        return string.Join("; ", words.Where(text => text.Length > 0));
    }

    /// <summary>It refuses with 401 whoever may not, known or not, and with 409 all that does not go together.</summary>
    public static ForgeFailure? ClassifyServer(HttpStatusCode status, string words) => status switch
    {
        HttpStatusCode.Unauthorized when words.StartsWith("AuthorisationException", StringComparison.Ordinal) => ForgeFailure.Forbidden,
        HttpStatusCode.Conflict when !words.StartsWith("DuplicatePullRequestException", StringComparison.Ordinal) => ForgeFailure.Invalid,
        _ => null,
    };

    /// <summary>Somebody else has changed the request since it was read.</summary>
    public static bool IsStale(ForgeException failure) => failure.Message.Contains("PullRequestOutOfDateException", StringComparison.Ordinal);

    private static JsonElement? Field(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static IEnumerable<string?> Strings(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()],
        JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()),
        _ => [],
    };
}
