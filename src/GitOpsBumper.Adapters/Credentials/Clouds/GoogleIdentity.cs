using System.Runtime.CompilerServices;
using System.Text.Json;
using GitOpsBumper.Core.Credentials;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>
/// Google: application default credentials, which are a file that <c>GOOGLE_APPLICATION_CREDENTIALS</c> names (a key, or a workload identity federation), what
/// <c>gcloud auth application-default login</c> left, or the metadata server (Workload Identity Federation for GKE, virtual machines).
/// </summary>
/// <seealso href="https://cloud.google.com/docs/authentication/application-default-credentials"/>
/// <seealso href="https://cloud.google.com/artifact-registry/docs/docker/authentication#token"/>
internal sealed class GoogleIdentity(CloudVariables variables, CloudHttp http, TimeProvider time) : CloudIdentity
{
    private const string KeyVariable = "GOOGLE_APPLICATION_CREDENTIALS";
    private const string UsualMetadataHost = "169.254.169.254";
    private const string MetadataFlavor = "Metadata-Flavor";
    private const string TokenUser = "oauth2accesstoken";
    private const int MaxKeyBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Both only read: the one that nodes pull with, and the one of Artifact Registry's API.</summary>
    private static readonly string[] Scopes = ["https://www.googleapis.com/auth/devstorage.read_only", "https://www.googleapis.com/auth/cloud-platform.read-only"];

    private static readonly string[] Kinds = ["service_account", "authorized_user", "external_account", "external_account_authorized_user", "impersonated_service_account"];

    private string MetadataHost => variables["GCE_METADATA_HOST"] ?? UsualMetadataHost;

    public override async Task<FetchedCredential> FetchAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken)
    {
        var folder = variables["CLOUDSDK_CONFIG"];
        var file = variables[KeyVariable]
            ?? (folder is null ? variables.InHome(".config", "gcloud", "application_default_credentials.json") : Path.Combine(folder, "application_default_credentials.json"));
        if (variables[KeyVariable] is null && file is not null && !File.Exists(file))
            file = null;
        if (file is null && !await HasMetadataAsync(patience, cancellationToken))
            throw CloudException.Stranger("no Google credentials found");
        return await AskAsync(file, cancellationToken);
    }

    /// <summary>Not inlined: only who comes here needs the SDK.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<FetchedCredential> AskAsync(string? file, CancellationToken cancellationToken)
    {
        try
        {
            var credential = file is null ? OfMachine() : await OfFileAsync(file, cancellationToken);
            credential = credential.CreateScoped(Scopes);
            var text = await ((ITokenAccess)credential).GetAccessTokenForRequestAsync(cancellationToken: cancellationToken).WaitAsync(Patience, time, cancellationToken);
            if (string.IsNullOrEmpty(text) || text.Any(c => c is <= ' ' or > '~'))
                throw new CloudException("Google answered without an access token");
            return new FetchedCredential(new Core.Credentials.UserCredential(TokenUser, new Secret(text)), Expiry.Of(Expires(credential), time.GetUtcNow()));
        }
        catch (TokenResponseException failure)
        {
            throw new CloudException($"Google gives no access token: {CloudWords.Of($"{failure.Error?.Error}: {failure.Error?.ErrorDescription}").Trim(':', ' ')}");
        }
        catch (Exception failure) when (IsOfWork(failure, cancellationToken))
        {
            throw new CloudException($"Google gives no access token: {CloudWords.Of(failure.Message)}");
        }
    }

    private GoogleCredential OfMachine() =>
        GoogleCredential.FromComputeCredential(new ComputeCredential(new ComputeCredential.Initializer($"http://{MetadataHost}/computeMetadata/v1/instance/service-accounts/default/token")));

    /// <summary>Its content is a secret: of what is wrong with it only the place is said.</summary>
    private static async Task<GoogleCredential> OfFileAsync(string file, CancellationToken cancellationToken)
    {
        var about = $"'{CloudWords.Of(file)}' of Google's application default credentials";
        string kind;
        string text;
        try
        {
            if (new FileInfo(file).Length > MaxKeyBytes)
                throw new CloudException($"{about} is too long for a key");
            text = await File.ReadAllTextAsync(file, cancellationToken);
            using var json = JsonDocument.Parse(text);
            kind = CloudReply.Text(json.RootElement, "type") ?? "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CloudException($"{about} cannot be read");
        }
        catch (JsonException)
        {
            throw new CloudException($"{about} is not JSON");
        }

        if (!Kinds.Contains(kind))
            throw new CloudException($"{about} has no 'type' that is known; allowed are {string.Join(", ", Kinds)}");
        try
        {
            return CredentialFactory.FromJson(text, kind);
        }
        catch (Exception failure) when (IsOfWork(failure, cancellationToken))
        {
            throw new CloudException($"{about} is not a usable {kind}");
        }
    }

    private DateTimeOffset? Expires(GoogleCredential credential)
    {
        var token = credential.UnderlyingCredential switch
        {
            ServiceCredential service => service.Token,
            Google.Apis.Auth.OAuth2.UserCredential user => user.Token,
            _ => null,
        };
        return token?.ExpiresInSeconds is { } seconds and > 0 and < 1_000_000 ? time.GetUtcNow().AddSeconds(seconds) : null;
    }

    private async Task<bool> HasMetadataAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (variables.IsTrue("NO_GCE_CHECK"))
            return false;
        if (!Uri.TryCreate($"http://{MetadataHost}/", UriKind.Absolute, out var url))
            throw new CloudException("GCE_METADATA_HOST is not a host");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add(MetadataFlavor, "Google");
        using var reply = await http.ProbeAsync(request, patience, cancellationToken);
        return reply?.Headers.TryGetValues(MetadataFlavor, out var flavor) == true && flavor.Contains("Google");
    }
}
