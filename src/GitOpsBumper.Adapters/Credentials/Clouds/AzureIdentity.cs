using System.Runtime.CompilerServices;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>
/// Azure: a client of the environment, a workload identity, a managed identity, or what <c>az login</c> left; the first that there is. Its token for
/// container registries is exchanged at the registry for a refresh token of that registry.
/// </summary>
/// <seealso href="https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md"/>
internal sealed class AzureIdentity(CloudVariables variables, CloudHttp http, TimeProvider time, HttpMessageHandler? handler) : CloudIdentity
{
    private const string UsualMetadata = "http://169.254.169.254";

    public override async Task<FetchedCredential> FetchAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken)
    {
        var kind = variables switch
        {
            _ when Has("AZURE_TENANT_ID", "AZURE_CLIENT_ID") && (Has("AZURE_CLIENT_SECRET") || Has("AZURE_CLIENT_CERTIFICATE_PATH")) => AzureKind.Environment,
            _ when Has("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE") => AzureKind.Workload,
            _ when Has("IDENTITY_ENDPOINT") || Has("MSI_ENDPOINT") || await HasMetadataAsync(patience, cancellationToken) => AzureKind.Managed,
            _ when variables.HasProgram("az") && HasLogin() => AzureKind.CommandLine,
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
    private Task<string> AskAsync(AzureKind kind, CancellationToken cancellationToken) => new AzureTokens(variables, time, handler).GetAsync(kind, cancellationToken);

    /// <summary>It refuses what lacks its header, as nobody else does.</summary>
    private async Task<bool> HasMetadataAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate($"{(variables["AZURE_POD_IDENTITY_AUTHORITY_HOST"] ?? UsualMetadata).TrimEnd('/')}/metadata/identity/oauth2/token", UriKind.Absolute, out var url))
            throw new CloudException("AZURE_POD_IDENTITY_AUTHORITY_HOST is not a URL");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var reply = await http.ProbeAsync(request, patience, cancellationToken);
        return (int?)reply?.StatusCode == 400;
    }
}

/// <summary>Which of the identities it is.</summary>
internal enum AzureKind
{
    Environment,
    Workload,
    Managed,
    CommandLine,
}
