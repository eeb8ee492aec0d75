using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>
/// Azure: a client of the environment, a workload identity, a managed identity, or what <c>az login</c> left; the first that there is. Its token for
/// container registries is exchanged at the registry for a refresh token of that registry.
/// </summary>
/// <seealso href="https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md"/>
internal sealed class AzureIdentity(CloudVariables variables, CloudHttp http, TimeProvider time, HttpMessageHandler? handler) : CloudIdentity
{
    /// <summary>Of container registries alone, in every cloud of Azure.</summary>
    private const string Scope = "https://containerregistry.azure.net/.default";

    private const string UsualMetadata = "http://169.254.169.254";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override async Task<FetchedCredential> FetchAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken)
    {
        var kind = variables switch
        {
            _ when Has("AZURE_TENANT_ID", "AZURE_CLIENT_ID") && (Has("AZURE_CLIENT_SECRET") || Has("AZURE_CLIENT_CERTIFICATE_PATH")) => Kind.Environment,
            _ when Has("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE") => Kind.Workload,
            _ when Has("IDENTITY_ENDPOINT") || Has("MSI_ENDPOINT") || await HasMetadataAsync(patience, cancellationToken) => Kind.Managed,
            _ when variables.HasProgram("az") && HasLogin() => Kind.CommandLine,
            _ => throw CloudException.Stranger("no Azure credentials found"),
        };
        var token = await AskAsync(kind, cancellationToken);
        return await new AcrExchange(http, time).ExchangeAsync(account, token, cancellationToken);
    }

    private bool HasLogin() => variables["AZURE_CONFIG_DIR"] is { } folder
        ? File.Exists(Path.Combine(folder, "azureProfile.json"))
        : variables.InHome(".azure", "azureProfile.json") is not null;

    private bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (variables[name] is null)
                return false;
        }

        return true;
    }

    /// <summary>Not inlined: only who comes here needs the SDK.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<string> AskAsync(Kind kind, CancellationToken cancellationToken)
    {
        try
        {
            var token = await Credential(kind).GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken);
            return token.Token;
        }
        catch (CredentialUnavailableException) when (kind == Kind.CommandLine)
        {
            // The program is there, and nobody is logged in with it.
            throw CloudException.Stranger("no Azure credentials found");
        }
        catch (Exception failure) when (IsOfWork(failure, cancellationToken))
        {
            throw new CloudException($"Azure gives no access token: {CloudWords.Of(failure.Message)}");
        }
    }

    private TokenCredential Credential(Kind kind) => kind switch
    {
        Kind.Environment => new EnvironmentCredential(With(new EnvironmentCredentialOptions())),
        Kind.Workload => new WorkloadIdentityCredential(With(new WorkloadIdentityCredentialOptions
        {
            TenantId = variables["AZURE_TENANT_ID"],
            ClientId = variables["AZURE_CLIENT_ID"],
            TokenFilePath = variables["AZURE_FEDERATED_TOKEN_FILE"],
        })),
        Kind.Managed => new ManagedIdentityCredential(With(new ManagedIdentityCredentialOptions(
            variables["AZURE_CLIENT_ID"] is { } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned))),
        _ => new AzureCliCredential(new AzureCliCredentialOptions { ProcessTimeout = Patience }),
    };

    private T With<T>(T options)
        where T : TokenCredentialOptions
    {
        if (variables["AZURE_AUTHORITY_HOST"] is { } text)
            options.AuthorityHost = Uri.TryCreate(text, UriKind.Absolute, out var authority) ? authority : throw new CloudException("AZURE_AUTHORITY_HOST is not a URL");
        if (handler is not null)
            options.Transport = new HttpClientTransport(handler);
        options.Retry.MaxRetries = 2;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        return options;
    }

    /// <summary>It refuses what lacks its header, as nobody else does.</summary>
    private async Task<bool> HasMetadataAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate($"{(variables["AZURE_POD_IDENTITY_AUTHORITY_HOST"] ?? UsualMetadata).TrimEnd('/')}/metadata/identity/oauth2/token", UriKind.Absolute, out var url))
            throw new CloudException("AZURE_POD_IDENTITY_AUTHORITY_HOST is not a URL");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var reply = await http.ProbeAsync(request, patience, cancellationToken);
        return (int?)reply?.StatusCode == 400;
    }

    private enum Kind
    {
        Environment,
        Workload,
        Managed,
        CommandLine,
    }
}
