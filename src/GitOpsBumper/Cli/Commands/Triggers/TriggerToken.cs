using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Cli.Commands.Triggers;

/// <summary>Finds the token that a pipeline shows. None is taken from the command line, which everybody on the machine can read.</summary>
internal static class TriggerToken
{
    public const string Variable = "BUMPER_TOKEN";
    public const string DefaultAudience = "gitops-bumper";

    /// <summary>Of a pod.</summary>
    private const string ServiceAccountFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private const int MaxBytes = 64 * 1024;

    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<Secret> FindAsync(string? file, string? audience, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        if (file is not null)
            return await ReadAsync(file, cancellationToken);
        if (environment(Variable) is { Length: > 0 } given)
            return new Secret(given.Trim());
        if (environment("ACTIONS_ID_TOKEN_REQUEST_URL") is { Length: > 0 } url && environment("ACTIONS_ID_TOKEN_REQUEST_TOKEN") is { Length: > 0 } token)
            return await FetchAsync(url, token, audience ?? DefaultAudience, cancellationToken);
        if (File.Exists(ServiceAccountFile))
            return await ReadAsync(ServiceAccountFile, cancellationToken);
        throw new UsageException([$"there is no token: set {Variable}, name a file with --token-file, or give the job of GitHub Actions 'permissions: id-token: write'"]);
    }

    /// <summary>For what is done in the name of whoever calls: the account of a pod or of a job is not taken for a person's unless somebody says so.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<Secret> FindGivenAsync(string? file, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        if (file is not null)
            return await ReadAsync(file, cancellationToken);
        return environment(Variable) is { Length: > 0 } given
            ? new Secret(given.Trim())
            : throw new UsageException([$"there is no token: set {Variable}, or name a file with --token-file; the token of a pod's service account is taken only when it is named, with --token-file {ServiceAccountFile}"]);
    }

    private static async Task<Secret> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > MaxBytes })
                throw new UsageException([$"--token-file '{file}' is larger than {MaxBytes} bytes, it is no token"]);
            if ((await File.ReadAllTextAsync(file, cancellationToken)).Trim() is { Length: > 0 } text)
                return new Secret(text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException([$"--token-file '{file}' cannot be read: {failure.Message}"]);
        }

        throw new UsageException([$"--token-file '{file}' is empty"]);
    }

    /// <seealso href="https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token"/>
    private static async Task<Secret> FetchAsync(string url, string token, string audience, CancellationToken cancellationToken)
    {
        using var handler = HttpHandlers.Create(TrustSettings.System, new HttpLimits(), connectionsPerHost: 1, useProxy: true);
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MaxBytes };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}audience={Uri.EscapeDataString(audience)}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.UserAgent.Add(ProductName.Header);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (response.IsSuccessStatusCode && json.RootElement.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } found)
                return new Secret(found);
            throw new UsageException([$"GitHub Actions gave no ID token: it answered with {(int)response.StatusCode}"]);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or JsonException or InvalidOperationException or UriFormatException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new UsageException([$"GitHub Actions gave no ID token: {failure.Message}"]);
        }
    }
}
