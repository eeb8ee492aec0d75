using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Adapters.Registries;

/// <summary>A client whose waits cost no time, and the words to ask it with.</summary>
internal sealed class Asking : IDisposable
{
    public static readonly UserCredential Account = new("puller", new Secret("s3cret"));

    public Asking(string configuration = "", TimeProvider? time = null, HttpLimits? limits = null, string? folder = null, RegistryTelemetry? telemetry = null)
    {
        Facts = new ManifestFactsCache(time ?? Time, TimeSpan.FromMinutes(30), folder, NullLogger<ManifestFactsCache>.Instance);
        FirstSeen = new FirstSeen(time ?? Time, folder, NullLogger<FirstSeen>.Instance);
        Client = new RegistryClient(
            Configuration(configuration), Facts, Counter, limits ?? new HttpLimits { AttemptTimeout = JumpingTime.Never }, time ?? Time, NullLogger<RegistryClient>.Instance)
        {
            FirstSeen = FirstSeen,
            Telemetry = telemetry,
        };
    }

    public JumpingTime Time { get; } = new();

    public FirstSeen FirstSeen { get; }

    public RequestCounter Counter { get; } = new();

    public ManifestFactsCache Facts { get; }

    public RegistryClient Client { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static RegistryConfiguration Configuration(string text) =>
        RegistryConfiguration.TryParse(text, out var configuration, out var problems) ? configuration : throw new InvalidOperationException(string.Join('\n', problems));

    public static RepositoryName Repository(string text) =>
        RepositoryName.TryParse(text, out var name, out var problem) ? name : throw new InvalidOperationException(problem);

    public static Tag Tag(string text) => GitOpsBumper.Core.Images.Tag.TryParse(text, out var tag, out var problem) ? tag : throw new InvalidOperationException(problem);

    public async Task<string> ListAsync(ScriptedServer server, UserCredential? credential = null) =>
        string.Join(' ', await Client.ListTagsAsync(Repository($"{server.Host}/team/web"), credential, Token));

    public Task<RegistryException> FailToListAsync(ScriptedServer server, UserCredential? credential = null) =>
        Assert.ThrowsAsync<RegistryException>(() => ListAsync(server, credential));

    public Task<Digest> DigestAsync(ScriptedServer server, UserCredential? credential = null) =>
        Client.GetDigestAsync(Repository($"{server.Host}/team/web"), Tag("1.0"), credential, Token);

    public void Dispose() => Client.Dispose();
}
