using System.Collections.Concurrent;
using System.Net;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Adapters.Registries.Signatures;
using GitOpsBumper.Adapters.Registries.TagLists;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Cooling;
using GitOpsBumper.Core.Signatures;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>
/// Asks registries by the OCI distribution API. Lives as long as the process: connections, tokens, turns and pauses are kept between cycles.
/// Every failure is a <see cref="RegistryException"/>.
/// </summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md"/>
public sealed partial class RegistryClient : IDisposable
{
    private const int MaxAccounts = 10_000;

    /// <summary>The first public release of Docker: there is no older image.</summary>
    private static readonly DateTimeOffset EarliestBuild = new(2013, 3, 13, 0, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<RegistryEndpoint, Lazy<RegistryConnection>> _connections = new(ReferenceEqualityComparer.Instance);
    private readonly RegistryConfiguration _configuration;
    private readonly ManifestSource _manifests;
    private readonly BuildReader _builds;
    private readonly AboutReader _abouts;
    private readonly VerifiedDigests _verified = new();
    private readonly TagPageMemory _pages = new();
    private readonly ConcurrentDictionary<RegistryAccountKey, bool> _accepted = new();
    private readonly RequestCounter _counter;
    private readonly HttpLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<RegistryClient> _logger;
    private readonly HostGates _gates;

    public RegistryClient(
        RegistryConfiguration configuration, ManifestFactsCache facts, RequestCounter counter, HttpLimits limits, TimeProvider time, ILogger<RegistryClient> logger)
    {
        _configuration = configuration;
        _manifests = new ManifestSource(facts);
        _builds = new BuildReader(_manifests);
        _abouts = new AboutReader(_manifests);
        _counter = counter;
        _limits = limits;
        _time = time;
        _logger = logger;
        _gates = new HostGates(LimitsOf, time);
    }

    /// <summary>Remembers what has no date. Shared by the clients of a process.</summary>
    public required FirstSeen FirstSeen { get; init; }

    /// <summary>Told of every request; null: nobody is.</summary>
    public RegistryTelemetry? Telemetry { get; init; }

    /// <summary>All tags, in the registry's order, or a failure: never a part of them.</summary>
    public async Task<IReadOnlyList<Tag>> ListTagsAsync(RepositoryName repository, UserCredential? credential, CancellationToken cancellationToken) =>
        await new TagLister(ConnectionFor(repository), _pages).ListAsync(repository, credential, cancellationToken);

    /// <summary>What the tag points to now: one <c>HEAD</c>, or a <c>GET</c> where that is refused or says too little.</summary>
    public async Task<Digest> GetDigestAsync(RepositoryName repository, Tag tag, UserCredential? credential, CancellationToken cancellationToken)
    {
        var connection = ConnectionFor(repository);
        var ask = new RegistryAsk(repository, credential, HttpMethod.Head, connection.Endpoint.UrlOf(repository, $"manifests/{tag}"))
        {
            Kind = RequestKind.Digest,
            Accept = ManifestReader.Accept,
        };
        if (!connection.RefusesHead)
        {
            var reply = await connection.SendAsync(ask, cancellationToken);
            if (reply.Status == HttpStatusCode.OK && reply.Header(ManifestSource.DigestHeader) is { } text && Digest.TryParse(text, out var digest, out _))
                return digest;
            if (!reply.IsSuccess && !MayOnlyRefuseHead(reply.Status))
                throw RegistryFailures.Refused(ask, reply);
            connection.RefusesHead = reply.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;
        }

        var get = ask with { Method = HttpMethod.Get };
        return ManifestSource.DigestOf(get, await connection.GetAsync(get, cancellationToken), tag.Text);
    }

    /// <summary>Platforms and build dates of what the tag points to, or pointed to a little while ago.</summary>
    /// <param name="repository">Of the tag.</param>
    /// <param name="tag">May have moved since it was last looked at, for as long as <c>--tag-revalidate</c> says.</param>
    /// <param name="platforms">Only for these are dates asked for; an empty list asks for all.</param>
    /// <param name="credential">Null asks without one.</param>
    /// <param name="cancellationToken">Stops waiting and asking.</param>
    public async Task<ImageBuild> GetBuildAsync(
        RepositoryName repository, Tag tag, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken)
    {
        var question = new BuildQuestion(ConnectionFor(repository), repository, credential, platforms);
        return await _builds.ReadAsync(question, tag, () => GetDigestAsync(repository, tag, credential, cancellationToken), cancellationToken);
    }

    /// <summary>The same for a digest, which cannot move.</summary>
    public async Task<ImageBuild> GetBuildAsync(
        RepositoryName repository, Digest digest, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken) =>
        await _builds.ReadAsync(new BuildQuestion(ConnectionFor(repository), repository, credential, platforms), digest, cancellationToken);

    /// <summary>What a version says of itself, for people. Of what is known by its digest nothing is asked again.</summary>
    /// <param name="repository">Of the version.</param>
    /// <param name="version">Where it has a digest, that counts.</param>
    /// <param name="platforms">Of an index the first of these speaks; else its first image.</param>
    /// <param name="credential">Null asks without one.</param>
    /// <param name="cancellationToken">Stops waiting and asking.</param>
    public async Task<ImageAbout> GetAboutAsync(
        RepositoryName repository, ImageVersion version, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken)
    {
        var question = new BuildQuestion(ConnectionFor(repository), repository, credential, platforms);
        var about = version.Digest is { } digest
            ? await _abouts.ReadAsync(question, digest, cancellationToken)
            : await _abouts.ReadAsync(question, version.Tag!, () => GetDigestAsync(repository, version.Tag!, credential, cancellationToken), cancellationToken);
        return about with { Created = about.Created is { } created && IsPlausible(created) ? created : null };
    }

    /// <summary>Since when a tag has pointed to a digest: by the registry's own API where it has one, else by the image's build date, else since it was first seen.</summary>
    /// <param name="repository">Of the tag.</param>
    /// <param name="tag">That pointed to <paramref name="digest"/> a moment ago.</param>
    /// <param name="digest">Of manifest or index.</param>
    /// <param name="platforms">Whose build dates count; an empty list for all.</param>
    /// <param name="credential">Null asks without one.</param>
    /// <param name="cancellationToken">Stops waiting and asking.</param>
    public async Task<ImageAge> GetAgeAsync(
        RepositoryName repository, Tag tag, Digest digest, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken)
    {
        if (await new PushTimeReader(ConnectionFor(repository)).FindAsync(repository, tag, digest, credential, cancellationToken) is { } pushed && pushed >= EarliestBuild)
            return new ImageAge(digest, pushed, AgeSource.Pushed);
        var build = await GetBuildAsync(repository, digest, platforms, credential, cancellationToken);
        return build.CreatedFor(platforms) is { } created && IsPlausible(created)
            ? new ImageAge(digest, created, AgeSource.Built)
            : new ImageAge(digest, FirstSeen.Of(repository, tag, digest), AgeSource.Seen);
    }

    /// <summary>Whether the registry has a good signature of the digest by one of the keys. Nothing is asked about what was found signed before.</summary>
    public async Task<SignatureVerdict> VerifyAsync(
        RepositoryName repository, Digest digest, PublicKeySet keys, UserCredential? credential, CancellationToken cancellationToken)
    {
        if (_verified.Contains(digest, keys))
            return SignatureVerdict.Signed;
        var question = new SignatureQuestion(ConnectionFor(repository), repository, credential, digest);
        var verdict = await new SignatureReader(question, keys).VerifyAsync(cancellationToken);
        if (verdict.IsSigned)
            _verified.Add(digest, keys);
        return verdict;
    }

    /// <summary>Whether the registry has ever given anything for the credential: then it is right, whatever it does not open.</summary>
    internal bool IsAccepted(string registry, UserCredential credential) => _accepted.ContainsKey(new RegistryAccountKey(registry, credential));

    internal void Accept(string registry, UserCredential credential)
    {
        if (_accepted.Count < MaxAccounts)
            _accepted[new RegistryAccountKey(registry, credential)] = true;
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values)
        {
            if (connection.IsValueCreated)
                connection.Value.Dispose();
        }

        _gates.Dispose();
        _manifests.Dispose();
    }

    /// <summary>Builds that are made to be reproducible say 1970 or 1980, and some clocks are ahead.</summary>
    private bool IsPlausible(DateTimeOffset created) => created >= EarliestBuild && created <= _time.GetUtcNow();

    /// <summary>404 too: some registries know no HEAD of what they have.</summary>
    private static bool MayOnlyRefuseHead(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
        or HttpStatusCode.NotAcceptable or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.NotImplemented;

    private RegistryConnection ConnectionFor(RepositoryName repository) =>
        _connections.GetOrAdd(_configuration.EndpointFor(repository), endpoint => new Lazy<RegistryConnection>(() => Connect(endpoint))).Value;

    private RegistryConnection Connect(RegistryEndpoint endpoint)
    {
        if (endpoint.Insecure)
            Log.Unverified(_logger, endpoint.Name, endpoint.ApiUrl.Authority);
        return new RegistryConnection(endpoint, _gates, _counter, _limits, _time, Telemetry?.For(endpoint.ApiUrl));
    }

    /// <summary>Realms and blob stores are spared like registries that nobody configured.</summary>
    private HostLimits LimitsOf(Uri url) =>
        _configuration.Endpoints.FirstOrDefault(endpoint => endpoint.ApiUrl.Authority == url.Authority)?.Limits ?? RegistryEndpoint.DefaultLimits(url);

    private sealed record RegistryAccountKey(string Registry, UserCredential Credential);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The certificate of registry {Name} ({Host}) is not verified, because registries.conf says 'insecure: true'.")]
        public static partial void Unverified(ILogger logger, string name, string host);
    }
}
