using System.Net;
using System.Text.Json;

namespace GitOpsBumper.Adapters.PullRequests.Gitea;

internal static class GiteaDialect
{
    public static ForgeDialect Dialect { get; } = new()
    {
        Name = "Gitea",
        Words = Words,
        Permission = "the scopes write:repository and write:issue, and a user who may write to the repository",
        // It is still looking whether there are conflicts.
        Classify = (status, words) => status == HttpStatusCode.MethodNotAllowed && words.Contains("try again later", StringComparison.OrdinalIgnoreCase) ? ForgeFailure.Unavailable : null,
    };

    /// <summary>A sentence, and sometimes a list of more.</summary>
    private static string Words(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return "";
        var words = new List<string>();
        if (body.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
            words.Add(message.GetString()!);
        if (body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            words.AddRange(errors.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.String).Select(error => error.GetString()!));
        return string.Join(": ", words.Where(word => word.Length > 0));
    }
}
