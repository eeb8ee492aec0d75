using System.Globalization;
using System.Net;
using System.Text.Json;
using GitOpsBumper.Adapters.Registries.Auth;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Ages;

/// <summary>Asks a registry's own API when a tag came to point to what it points to.</summary>
internal sealed class PushTimeReader(RegistryConnection connection)
{
    /// <summary>Null when the API does not tell: it knows no such tag, or does not show it to us.</summary>
    /// <exception cref="RegistryException">There is no answer now, or none that can be understood.</exception>
    public async Task<DateTimeOffset?> FindAsync(RepositoryName repository, Tag tag, Digest digest, UserCredential? credential, CancellationToken cancellationToken)
    {
        if (UrlOf(connection.Endpoint, repository, tag, digest) is not { } url)
            return null;
        var ask = new RegistryAsk(repository, credential, HttpMethod.Get, url) { Kind = RequestKind.Age, Accept = "application/json" };
        // Only Harbor's API takes what its registry takes; the others answer everybody for what is public.
        var authorization = connection.Endpoint.PushTimes == PushTimeApi.Harbor && credential is { IsToken: false } ? BasicHeader.Of(credential) : null;
        var reply = await connection.SendAsync(ask, authorization, cancellationToken);
        if (reply.Status is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return null;
        if (reply.Status != HttpStatusCode.OK)
            throw RegistryFailures.Refused(ask, reply);
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            return connection.Endpoint.PushTimes switch
            {
                PushTimeApi.DockerHub => TextTime(json.RootElement, "tag_last_pushed") ?? TextTime(json.RootElement, "last_updated"),
                PushTimeApi.Quay => Entry(json.RootElement, tag) is { } entry ? UnixTime(entry, "start_ts") : null,
                _ => (Entry(json.RootElement, tag) is { } entry ? TextTime(entry, "push_time") : null) ?? TextTime(json.RootElement, "push_time"),
            };
        }
        catch (JsonException)
        {
            throw RegistryFailures.Unusable(ask, reply.Url, "answered with something that is no JSON");
        }
    }

    /// <summary>Null where the path is none that the registry has.</summary>
    internal static Uri? UrlOf(RegistryEndpoint endpoint, RepositoryName repository, Tag tag, Digest digest)
    {
        var path = endpoint.PathOf(repository);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return null;
        var (space, name) = (path[..slash], path[(slash + 1)..]);
        return endpoint.PushTimes switch
        {
            PushTimeApi.DockerHub when !name.Contains('/', StringComparison.Ordinal) =>
                new Uri(endpoint.DockerHubApi, $"/v2/namespaces/{space}/repositories/{name}/tags/{tag}"),
            PushTimeApi.Quay => new Uri(endpoint.ApiUrl, $"/api/v1/repository/{path}/tag/?onlyActiveTags=true&limit=1&specificTag={tag}"),
            // Harbor wants slashes in names escaped twice.
            PushTimeApi.Harbor => new Uri(endpoint.ApiUrl, $"/api/v2.0/projects/{space}/repositories/{name.Replace("/", "%252F", StringComparison.Ordinal)}/artifacts/{digest}"),
            _ => null,
        };
    }

    /// <summary>The tag among <c>tags</c>; null when it is not there.</summary>
    private static JsonElement? Entry(JsonElement root, Tag tag)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("tags", out var tags) || tags.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var entry in tags.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.ValueEquals(tag.Text))
                return entry;
        }

        return null;
    }

    private static DateTimeOffset? TextTime(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static DateTimeOffset? UnixTime(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
