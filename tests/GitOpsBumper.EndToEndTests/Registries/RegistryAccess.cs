using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.EndToEndTests.Registries;

/// <summary>Our client, as one process has it.</summary>
internal sealed class RegistryAccess : IDisposable
{
    public RegistryAccess(RegistryConfiguration? configuration = null, string? cacheFolder = null, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        Facts = new ManifestFactsCache(clock, TimeSpan.FromMinutes(30), cacheFolder, NullLogger<ManifestFactsCache>.Instance);
        Client = new RegistryClient(configuration ?? RegistryConfiguration.Empty, Facts, Counter, new HttpLimits(), clock, NullLogger<RegistryClient>.Instance)
        {
            FirstSeen = new FirstSeen(clock, cacheFolder, NullLogger<FirstSeen>.Instance),
        };
    }

    public RequestCounter Counter { get; } = new();

    public ManifestFactsCache Facts { get; }

    public RegistryClient Client { get; }

    public static RepositoryName Repository(DockerRegistry registry, string path) =>
        RepositoryName.TryParse($"{registry.Host}/{path}", out var name, out var problem) ? name : throw new InvalidOperationException(problem);

    public static Tag Tag(string text) => Core.Images.Tag.TryParse(text, out var tag, out var problem) ? tag : throw new InvalidOperationException(problem);

    public static UserCredential Credential(BasicAccount account) => new(account.User, new Secret(account.Password));

    public void Dispose() => Client.Dispose();
}
