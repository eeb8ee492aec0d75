using System.Net;
using System.Text.Json;

namespace GitOpsBumper.Adapters.PullRequests.GitLab;

internal static class GitLabDialect
{
    private static readonly string[] Fields = ["message", "error", "error_description"];

    public static ForgeDialect Dialect { get; } = new()
    {
        Name = "GitLab",
        Words = Words,
        Permission = "the scope api, and the role Developer or a higher one in the project",
        // Branches that do not fit are a conflict too.
        Classify = (status, words) => status == HttpStatusCode.Conflict && !words.Contains("already exists", StringComparison.OrdinalIgnoreCase) ? ForgeFailure.Invalid : null,
    };

    /// <summary>What stands in <c>message</c> may be a text, a list of them, or lists by the names of fields; a token that may too little is an <c>error</c>.</summary>
    /// <seealso href="https://docs.gitlab.com/api/rest/troubleshooting/"/>
    private static string Words(JsonElement body) => body.ValueKind != JsonValueKind.Object
        ? ""
        : string.Join(": ", Fields.Select(name => body.TryGetProperty(name, out var value) ? Flat(value) : "").Where(words => words.Length > 0));

    private static string Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(Flat)),
        JsonValueKind.Object => string.Join("; ", value.EnumerateObject().Select(field => $"{field.Name} {Flat(field.Value)}")),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
