using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>How a registry is reached: an entry of <c>registries.conf</c>, or what the name alone says.</summary>
public sealed record RegistryEndpoint
{
    public const int DefaultRequestsPerSecond = 20;

    /// <summary>Nobody but the user pays for requests to this machine.</summary>
    public const int LoopbackRequestsPerSecond = 1000;

    public const int DefaultConcurrency = 8;

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Registry, or registry and the first parts of a path, of the repositories this is for: <c>ghcr.io</c>, <c>registry.example.com/team</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>What <c>/v2/</c> is appended to; ends with a slash.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>Null: whoever names no credential asks without one.</summary>
    public CredentialReference? Credentials { get; init; }

    /// <summary>How long a credential that had to be fetched is used; null: for one cycle.</summary>
    public TimeSpan? CredentialLifetime { get; init; }

    /// <summary>Put before repositories of one part; null puts nothing.</summary>
    public string? DefaultNamespace { get; init; }

    /// <summary>Images that name no registry come from here.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The certificate of the registry is not verified.</summary>
    public bool Insecure { get; init; }

    /// <summary>Certificates in PEM that are trusted besides those of the system; empty for none.</summary>
    public string CertificateAuthorities { get; init; } = "";

    /// <summary>Hosts, or hosts and ports, that may be given the registry's credentials in exchange for a token.</summary>
    public IReadOnlyList<string> Realms { get; init; } = [];

    /// <summary>Where to ask when a tag was pushed.</summary>
    public PushTimeApi PushTimes { get; init; }

    /// <summary>Docker Hub tells it on another host than its registry.</summary>
    public Uri DockerHubApi { get; init; } = new("https://hub.docker.com/");

    /// <summary>Whose registry it is; null: no cloud's.</summary>
    public CloudRegistry? Cloud => CloudRegistry.Find(ApiUrl.Host, Prefix.Split('/')[0]);

    /// <summary>Whether the cloud itself answers there, so that its identity may be sent to it although nobody said so.</summary>
    public bool IsCloudItself => ApiUrl is { Scheme: "https", IsDefaultPort: true } && !Insecure && CloudRegistry.TryParse(ApiUrl.Host, out _);

    public HostLimits Limits { get; init; } = new(DefaultConcurrency, DefaultRequestsPerSecond);

    /// <summary>The endpoint of a registry that nobody configured: https, except on this machine.</summary>
    public static RegistryEndpoint Of(string registry)
    {
        var host = registry == RepositoryName.DefaultRegistry ? "registry-1.docker.io" : registry;
        var url = new Uri($"https://{host}/");
        return new RegistryEndpoint
        {
            Name = registry,
            Prefix = registry,
            ApiUrl = url.IsLoopback ? new Uri($"http://{host}/") : url,
            DefaultNamespace = registry == RepositoryName.DefaultRegistry ? "library" : null,
            Limits = DefaultLimits(url),
            PushTimes = PushTimeApis.Of(url),
        };
    }

    public static HostLimits DefaultLimits(Uri url) => new(DefaultConcurrency, url.IsLoopback ? LoopbackRequestsPerSecond : DefaultRequestsPerSecond);

    /// <summary>The name that this registry's API knows the repository by.</summary>
    public string PathOf(RepositoryName repository) =>
        DefaultNamespace is null || repository.Path.Contains('/', StringComparison.Ordinal) ? repository.Path : $"{DefaultNamespace}/{repository.Path}";

    /// <summary>Where the repository really lives, whatever the registry is called in image names.</summary>
    internal string PlaceOf(RepositoryName repository) => $"{ApiUrl.Authority}{ApiUrl.AbsolutePath}{PathOf(repository)}";

    /// <summary>The URL of something that belongs to a repository, such as <c>tags/list</c>.</summary>
    public Uri UrlOf(RepositoryName repository, string what) => new(ApiUrl, $"v2/{PathOf(repository)}/{what}");
}
