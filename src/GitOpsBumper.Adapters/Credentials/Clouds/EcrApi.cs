using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.SecurityToken;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>The one operation that we need of Amazon's registry services, signed by the SDK.</summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html"/>
/// <seealso href="https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html"/>
internal sealed class EcrApi(CloudHttp http, TimeProvider time)
{
    private const string ContentType = "application/x-amz-json-1.1";

    private static readonly byte[] NoArguments = "{}"u8.ToArray();

    /// <exception cref="CloudException">Amazon gives none.</exception>
    public async Task<FetchedCredential> AuthorizeAsync(Uri api, string region, string service, ImmutableCredentials keys, CancellationToken cancellationToken)
    {
        using var request = Sign(api, region, service, keys);
        var reply = await http.SendAsync(request, cancellationToken);
        if (!reply.IsSuccess)
            throw new CloudException($"AWS refuses {service}:GetAuthorizationToken{Reason(reply)}");
        return Read(reply.Root) is { } credential
            ? new FetchedCredential(credential, Expiry.Of(Expires(reply.Root), time.GetUtcNow()))
            : throw new CloudException($"{api.Authority} answered {service}:GetAuthorizationToken without a token");
    }

    private static HttpRequestMessage Sign(Uri api, string region, string service, ImmutableCredentials keys)
    {
        var target = service == "ecr" ? "AmazonEC2ContainerRegistry_V20150921" : "SpencerFrontendService";
        var configuration = new AmazonSecurityTokenServiceConfig { AuthenticationRegion = region, AuthenticationServiceName = service, ServiceURL = api.AbsoluteUri };
        using var unsigned = new DefaultRequest(new Question(), service)
        {
            Endpoint = api,
            HttpMethod = "POST",
            ResourcePath = "/",
            Content = NoArguments,
            AuthenticationRegion = region,
            OverrideSigningServiceName = service,
        };
        unsigned.Headers["Content-Type"] = ContentType;
        unsigned.Headers["X-Amz-Target"] = $"{target}.GetAuthorizationToken";
        // What belongs to keys that end is signed with the rest.
        if (!string.IsNullOrEmpty(keys.Token))
            unsigned.Headers["X-Amz-Security-Token"] = keys.Token;
        new AWS4Signer().Sign(unsigned, configuration, null, AmazonSources.Fixed(keys));

        var request = new HttpRequestMessage(HttpMethod.Post, api) { Content = new ByteArrayContent(NoArguments) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        foreach (var (name, value) in unsigned.Headers.Where(header => !header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Null when there is none in it.</summary>
    private static UserCredential? Read(JsonElement root)
    {
        if (CloudReply.Text(Data(root), "authorizationToken") is not { } token)
            return null;
        try
        {
            return UserCredential.TryParse(Encoding.UTF8.GetString(Convert.FromBase64String(token)), out var credential, out _) ? credential : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Expires(JsonElement root) =>
        Data(root).TryGetProperty("expiresAt", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < 1e11
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    /// <summary>A list of one, or, in the public gallery, that one.</summary>
    private static JsonElement Data(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("authorizationData", out var data))
            return default;
        return data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().FirstOrDefault() : data;
    }

    private static string Reason(CloudReply reply)
    {
        var kind = reply.Text("__type");
        var words = CloudWords.Of($"{kind?[(kind.LastIndexOf('#') + 1)..]}: {reply.Text("message") ?? reply.Text("Message")}").Trim(':', ' ');
        return words.Length == 0 ? $" with status {reply.Status}" : $": {words}";
    }

    private sealed class Question : AmazonWebServiceRequest;
}
