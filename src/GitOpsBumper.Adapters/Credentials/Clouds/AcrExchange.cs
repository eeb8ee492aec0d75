using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>Makes of Azure's access token a refresh token of one registry, which is good for that registry alone.</summary>
internal sealed class AcrExchange(CloudHttp http, TimeProvider time)
{
    /// <exception cref="CloudException">The registry gives none.</exception>
    public async Task<FetchedCredential> ExchangeAsync(CloudAccount account, string accessToken, CancellationToken cancellationToken)
    {
        var host = account.Registry.Host;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Api, "/oauth2/exchange"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "access_token",
                ["service"] = host,
                ["access_token"] = accessToken,
            }),
        };
        var reply = await http.SendAsync(request, cancellationToken);
        if (!reply.IsSuccess)
            throw new CloudException($"{host} does not take the identity{Reason(reply)}");
        return reply.Text("refresh_token") is { Length: > 0 } token && token.All(c => c is > ' ' and <= '~')
            ? new FetchedCredential(new UserCredential("", new Secret(token)), Expiry.Of(Expires(token), time.GetUtcNow()))
            : throw new CloudException($"{host} answered the exchange without a refresh token");
    }

    private static string Reason(CloudReply reply)
    {
        var error = reply.Root.ValueKind == JsonValueKind.Object && reply.Root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? errors.EnumerateArray().FirstOrDefault()
            : default;
        var words = CloudWords.Of($"{CloudReply.Text(error, "code")}: {CloudReply.Text(error, "message")}").Trim(':', ' ');
        return words.Length == 0 ? $" (status {reply.Status})" : $": {words}";
    }

    /// <summary>Null when the token does not say.</summary>
    private static DateTimeOffset? Expires(string token)
    {
        if (token.Split('.') is not [_, var claims, _] || !Base64Url.IsValid(claims))
            return null;
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(claims)));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("exp", out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out var seconds) && seconds is > 0 and < 100_000_000_000
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
