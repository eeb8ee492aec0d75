using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>Keys of Amazon, where they are named. Each time they are looked for anew: files are replaced while a pod runs.</summary>
/// <param name="variables">Of the process.</param>
/// <param name="region">Of the registry, where the environment names none.</param>
internal sealed class AmazonSources(CloudVariables variables, string region)
{
    private const int MaxTokenLength = 64 * 1024;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Null: nobody names any; then those of the instance count.</summary>
    public async Task<AWSCredentials?> FindAsync(CancellationToken cancellationToken)
    {
        if (variables["AWS_ACCESS_KEY_ID"] is { } key)
        {
            var secret = variables["AWS_SECRET_ACCESS_KEY"] ?? throw new CloudException("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
            return Fixed(new ImmutableCredentials(key, secret, variables["AWS_SESSION_TOKEN"]));
        }

        if (variables["AWS_WEB_IDENTITY_TOKEN_FILE"] is { } file)
            return await AssumeAsync(file, cancellationToken);
        if (Profile() is { } profile)
            return profile;
        return variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] is not null || variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] is not null ? new GenericContainerCredentials() : null;
    }

    public static AWSCredentials Fixed(ImmutableCredentials keys) =>
        string.IsNullOrEmpty(keys.Token) ? new BasicAWSCredentials(keys.AccessKey, keys.SecretKey) : new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token);

    /// <summary>What Amazon said, rather than that the SDK heard something.</summary>
    public static string Words(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is AmazonServiceException { ErrorCode.Length: > 0 } service)
                return $"{service.ErrorCode}: {service.Message}";
        }

        return failure.Message;
    }

    private async Task<AWSCredentials> AssumeAsync(string file, CancellationToken cancellationToken)
    {
        var role = variables["AWS_ROLE_ARN"] ?? throw new CloudException("AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not");
        string token;
        try
        {
            if (new FileInfo(file).Length > MaxTokenLength)
                throw new CloudException($"'{CloudWords.Of(file)}' of AWS_WEB_IDENTITY_TOKEN_FILE is too long for a token");
            token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CloudException($"'{CloudWords.Of(file)}' of AWS_WEB_IDENTITY_TOKEN_FILE cannot be read");
        }

        var configuration = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? region),
            Timeout = Patience,
            MaxErrorRetry = 2,
        };
        if (variables.AmazonEndpoint("sts") is { } endpoint)
            configuration.ServiceURL = endpoint.AbsoluteUri;
        using var service = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), configuration);
        var answer = await service.AssumeRoleWithWebIdentityAsync(
            new AssumeRoleWithWebIdentityRequest { RoleArn = role, WebIdentityToken = token, RoleSessionName = variables["AWS_ROLE_SESSION_NAME"] ?? "gitops-bumper" },
            cancellationToken).WaitAsync(Patience, cancellationToken);
        return answer.Credentials ?? throw new CloudException("its token service answered without keys");
    }

    /// <summary>Null when the default profile does not exist.</summary>
    private AWSCredentials? Profile()
    {
        var chain = new CredentialProfileStoreChain(variables["AWS_SHARED_CREDENTIALS_FILE"]);
        if (chain.TryGetAWSCredentials(variables["AWS_PROFILE"] ?? "default", out var keys))
            return keys;
        return variables["AWS_PROFILE"] is { } profile ? throw new CloudException($"there is no usable profile '{CloudWords.Of(profile)}', which AWS_PROFILE names") : null;
    }
}
