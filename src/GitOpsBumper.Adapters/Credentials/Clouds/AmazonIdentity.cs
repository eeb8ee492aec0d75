using System.Runtime.CompilerServices;
using Amazon.Runtime;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>
/// Amazon: static keys of the environment, a web identity (IRSA), a profile, the container endpoint (EKS Pod Identity, ECS), the role of the instance;
/// the first that there is.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"/>
internal sealed class AmazonIdentity(CloudVariables variables, CloudHttp http, TimeProvider time) : CloudIdentity
{
    private const string InstanceMetadata = "http://169.254.169.254";
    private const string InstanceMetadataV6 = "http://[fd00:ec2::254]";

    public override async Task<FetchedCredential> FetchAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken)
    {
        var hasProfile = variables["AWS_PROFILE"] is not null || variables["AWS_SHARED_CREDENTIALS_FILE"] is not null || variables["AWS_CONFIG_FILE"] is not null
            || variables.InHome(".aws", "credentials") is not null || variables.InHome(".aws", "config") is not null;
        var hasVariables = variables["AWS_ACCESS_KEY_ID"] is not null || variables["AWS_WEB_IDENTITY_TOKEN_FILE"] is not null
            || variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] is not null || variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] is not null;
        if (!hasVariables && !hasProfile && !await HasInstanceAsync(patience, cancellationToken))
            throw Nobody();
        return await AskAsync(account, patience, cancellationToken);
    }

    /// <summary>Not inlined: only who comes here needs the SDK.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<FetchedCredential> AskAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (region, api, service) = account.Registry switch
        {
            CloudRegistry.Ecr ecr => (ecr.Region, ecr.Api, "ecr"),
            _ => (CloudRegistry.EcrPublic.Region, CloudRegistry.EcrPublic.Api, "ecr-public"),
        };
        var sources = new AmazonSources(variables, region);
        ImmutableCredentials keys;
        try
        {
            if (await sources.FindAsync(cancellationToken) is { } named)
                keys = await KeysOfAsync(named, cancellationToken);
            else if (await HasInstanceAsync(patience, cancellationToken))
                keys = await KeysOfAsync(new InstanceProfileAWSCredentials(), cancellationToken);
            else
                throw Nobody();
        }
        catch (Exception failure) when (IsOfWork(failure, cancellationToken))
        {
            throw new CloudException($"AWS gives no keys: {CloudWords.Of(AmazonSources.Words(failure))}");
        }

        return await new EcrApi(http, time).AuthorizeAsync(variables.AmazonEndpoint(service) ?? api, region, service, keys, cancellationToken);
    }

    private async Task<ImmutableCredentials> KeysOfAsync(AWSCredentials credentials, CancellationToken cancellationToken)
    {
        using (credentials as IDisposable)
            return await credentials.GetCredentialsAsync().WaitAsync(AmazonSources.Patience, time, cancellationToken);
    }

    private async Task<bool> HasInstanceAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (variables.IsTrue("AWS_EC2_METADATA_DISABLED"))
            return false;
        var usual = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.Equals("IPv6", StringComparison.OrdinalIgnoreCase) == true ? InstanceMetadataV6 : InstanceMetadata;
        if (!Uri.TryCreate($"{(variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? usual).TrimEnd('/')}/latest/api/token", UriKind.Absolute, out var url))
            throw new CloudException("AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL");
        using var request = new HttpRequestMessage(HttpMethod.Put, url);
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "60");
        using var reply = await http.ProbeAsync(request, patience, cancellationToken);
        return reply?.IsSuccessStatusCode == true;
    }

    private static CloudException Nobody() => CloudException.Stranger("no AWS credentials found");
}
