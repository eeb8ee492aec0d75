using System.Collections.Concurrent;
using System.Text;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Manifests;

/// <summary>Images that a <see cref="ScriptedServer"/> gives out, whether they are sound or not.</summary>
internal sealed class ImageStore
{
    private readonly ConcurrentDictionary<string, string> _content = new(StringComparer.Ordinal);

    public string AddConfig(string created, string platform = "\"os\":\"linux\",\"architecture\":\"amd64\"") => Add("{" + $$"""{{platform}},"created":"{{created}}"}""");

    public string AddImage(string created, params string[] tags) => AddManifest(AddConfig(created), tags);

    public string AddManifest(string config, params string[] tags) => Add($$$"""{"schemaVersion":2,"config":{"digest":"{{{config}}}","size":10}}""", tags);

    public string Add(string text, params string[] tags)
    {
        var digest = ContentDigest.Compute(Encoding.UTF8.GetBytes(text)).ToString();
        foreach (var name in tags.Append(digest))
            _content[name] = text;
        return digest;
    }

    /// <summary>Gives out something else than the digest names.</summary>
    public void Forge(string digest, string text) => _content[digest] = text;

    /// <summary>What the tag or digest names; null when nothing does.</summary>
    public string? Find(string name) => _content.GetValueOrDefault(name);

    public Task<ScriptedServer> ServeAsync() => ScriptedServer.StartAsync(async context =>
    {
        var name = context.Request.Path.Value!.Split('/')[^1];
        if (!_content.TryGetValue(name, out var text))
        {
            await context.SendAsync(404);
            return;
        }

        if (Digest.TryParse(name, out _, out _) || context.Request.Path.Value.Contains("/manifests/", StringComparison.Ordinal))
            context.Response.Headers["Docker-Content-Digest"] = name.Contains(':', StringComparison.Ordinal) ? name : ContentDigest.Compute(Encoding.UTF8.GetBytes(text)).ToString();
        await context.SendAsync(200, text, "application/octet-stream");
    });
}
