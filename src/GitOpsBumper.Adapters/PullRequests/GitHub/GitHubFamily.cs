using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace GitOpsBumper.Adapters.PullRequests.GitHub;

/// <summary>github.com, GitHub Enterprise Cloud and GitHub Enterprise Server.</summary>
internal static class GitHubFamily
{
    public static ForgeFamily Family { get; } = new(
        new ForgeDialect
        {
            Name = "GitHub",
            Accept = "application/vnd.github+json",
            Headers = new Dictionary<string, string> { ["X-GitHub-Api-Version"] = "2022-11-28" },
            Words = WordsOf,
            Classify = Classify,
            Permission = "write access to pull requests and contents (fine-grained or of an app: Pull requests, Issues and Contents, read and write; classic: repo)",
        },
        token => new AuthenticationHeaderValue("Bearer", token.Secret),
        (api, location) => new GitHubForge(api, location));

    /// <summary>What is wrong in general, and each thing that is.</summary>
    /// <seealso href="https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api?apiVersion=2022-11-28#validation-failed"/>
    private static string WordsOf(JsonElement body)
    {
        var words = new List<string> { Text(body, "message") };
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
        {
            foreach (var error in errors.EnumerateArray())
                words.Add(error.ValueKind == JsonValueKind.String ? error.GetString()! : Text(error, "message") is { Length: > 0 } said ? said : $"{Text(error, "field")} {Text(error, "code")}".Trim());
        }

        return string.Join(": ", words.Where(word => word.Length > 0));
    }

    /// <summary>The secondary limits are told by their words alone.</summary>
    /// <seealso href="https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api?apiVersion=2022-11-28#exceeding-the-rate-limit"/>
    private static ForgeFailure? Classify(HttpStatusCode status, string words) => status switch
    {
        HttpStatusCode.Forbidden when Says(words, "rate limit") || Says(words, "abuse detection") => ForgeFailure.RateLimited,
        HttpStatusCode.UnprocessableEntity when Says(words, "pull request already exists") => ForgeFailure.AlreadyExists,
        _ => null,
    };

    private static bool Says(string words, string what) => words.Contains(what, StringComparison.OrdinalIgnoreCase);

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
