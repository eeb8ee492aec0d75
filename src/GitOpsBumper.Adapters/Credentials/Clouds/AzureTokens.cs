using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>Access tokens of Azure for container registries, by its SDK.</summary>
internal sealed class AzureTokens(CloudVariables variables, TimeProvider time, HttpMessageHandler? handler)
{
    /// <summary>Of container registries alone, in every cloud of Azure.</summary>
    private const string Scope = "https://containerregistry.azure.net/.default";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="CloudException">It gives none.</exception>
    public async Task<string> GetAsync(AzureKind kind, CancellationToken cancellationToken)
    {
        try
        {
            var token = await Credential(kind).GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken);
            return token.Token;
        }
        catch (CredentialUnavailableException) when (kind == AzureKind.CommandLine)
        {
            // The program is there, and nobody is logged in with it.
            throw CloudException.Stranger("no Azure credentials found");
        }
        catch (Exception failure) when (CloudIdentity.IsOfWork(failure, cancellationToken))
        {
            throw new CloudException($"Azure gives no access token: {CloudWords.Of(failure.Message)}");
        }
    }

    private TokenCredential Credential(AzureKind kind) => kind switch
    {
        AzureKind.Environment => new EnvironmentCredential(With(new EnvironmentCredentialOptions())),
        AzureKind.Workload => new WorkloadIdentityCredential(With(new WorkloadIdentityCredentialOptions
        {
            TenantId = variables["AZURE_TENANT_ID"],
            ClientId = variables["AZURE_CLIENT_ID"],
            TokenFilePath = variables["AZURE_FEDERATED_TOKEN_FILE"],
        })),
        AzureKind.Managed => new ManagedIdentityCredential(With(new ManagedIdentityCredentialOptions(
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
}
