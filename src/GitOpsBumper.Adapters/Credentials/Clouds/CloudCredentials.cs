using System.Collections.Concurrent;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>
/// Credentials for registries of clouds, by the identity that this process has there. Lives as long as the process. Where there is no identity, that is
/// remembered for a while, because it may take a moment to find out.
/// </summary>
public sealed class CloudCredentials : IDisposable
{
    /// <summary>So long nobody looks again for an identity that was not there.</summary>
    public static readonly TimeSpan Absence = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AutomaticPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NamedPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Cloud, Missing> _missing = new();
    private readonly CredentialCache _cache;
    private readonly TimeProvider _time;
    private readonly CloudHttp _http;
    private readonly CloudIdentity _amazon;
    private readonly CloudIdentity _google;
    private readonly CloudIdentity _azure;

    /// <param name="cache">Keeps what clouds give.</param>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    /// <param name="time">Of expiry.</param>
    /// <param name="handler">Sends what is sent without an SDK; null: the network.</param>
    public CloudCredentials(CredentialCache cache, Func<string, string?> environment, TimeProvider time, HttpMessageHandler? handler = null)
    {
        _cache = cache;
        _time = time;
        _http = new CloudHttp(handler, time);
        var variables = new CloudVariables(environment);
        _amazon = new AmazonIdentity(variables, _http, time);
        _google = new GoogleIdentity(variables, _http, time);
        _azure = new AzureIdentity(variables, _http, time, handler);
    }

    /// <summary>For a registry whose configuration names the cloud.</summary>
    /// <exception cref="CredentialException">There is no identity, or the cloud gives it nothing.</exception>
    public async Task<UserCredential> GetAsync(CloudAccount account, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchAsync(account, NamedPatience, cancellationToken);
        }
        catch (CloudException failure)
        {
            throw new CredentialException($"credential {CloudRegistry.NameOf(account.Registry.Cloud)} for {account.Registry.Host}: {failure.Message}");
        }
    }

    /// <summary>For a registry that was recognised: what cannot be had is a note, because the image may be one that everybody may see.</summary>
    public async Task<FoundCredential> FindAsync(CloudAccount account, CancellationToken cancellationToken)
    {
        var cloud = account.Registry.Cloud;
        if (_missing.TryGetValue(cloud, out var missing) && _time.GetUtcNow() < missing.Until)
            return Anonymous(missing.Note);
        try
        {
            return new FoundCredential(await FetchAsync(account, AutomaticPatience, cancellationToken), $"{CloudRegistry.NameOf(cloud)}, recognised by the registry's name") { IsOptional = true };
        }
        catch (CloudException failure) when (failure.IsStranger)
        {
            _missing[cloud] = new Missing(failure.Message, _time.GetUtcNow() + Absence);
            return Anonymous(failure.Message);
        }
        catch (CloudException failure)
        {
            return Anonymous(failure.Message);
        }
    }

    /// <summary>It was refused: the cloud is asked for another.</summary>
    public void Invalidate(CloudAccount account, UserCredential refused) => _cache.Invalidate(account.Key, refused);

    public void Dispose() => _http.Dispose();

    private static FoundCredential Anonymous(string note) => new(null, FoundCredential.Anonymous) { Note = note };

    private Task<UserCredential> FetchAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken)
    {
        var identity = account.Registry.Cloud switch
        {
            Cloud.Aws => _amazon,
            Cloud.Gcp => _google,
            _ => _azure,
        };
        return _cache.GetAsync(account.Key, end => identity.FetchAsync(account, patience, end), cancellationToken);
    }

    private sealed record Missing(string Note, DateTimeOffset Until);
}
