using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Demo;

/// <summary>A registry in memory on a loopback port: the reading half of the OCI distribution API, with images that have a date and nothing else.</summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md"/>
internal sealed class DemoRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private readonly ConcurrentDictionary<string, SortedDictionary<string, string>> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _content = new(StringComparer.Ordinal);
    private readonly WebApplication _server;

    private DemoRegistry(WebApplication server) => _server = server;

    /// <summary>Host and port, as image references name it.</summary>
    public string Host { get; private set; } = "";

    public static async Task<DemoRegistry> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var registry = new DemoRegistry(server);
        server.Run(registry.AnswerAsync);
        await server.StartAsync(cancellationToken);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        registry.Host = new Uri(address).Authority;
        return registry;
    }

    /// <summary>Pushes an image; a tag that exists moves to it.</summary>
    public void Push(string repository, string tag, DateTimeOffset created)
    {
        var date = created.ToString("O", CultureInfo.InvariantCulture);
        var config = Store($$$"""{"architecture":"amd64","os":"linux","created":"{{{date}}}","config":{},"rootfs":{"type":"layers","diff_ids":[]}}""", out var configSize);
        var manifest = Store(
            $$$"""{"schemaVersion":2,"mediaType":"{{{ManifestType}}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config}}}","size":{{{configSize}}}},"layers":[]}""",
            out _);
        var tags = _tags.GetOrAdd(repository, _ => new SortedDictionary<string, string>(StringComparer.Ordinal));
        lock (tags)
            tags[tag] = manifest;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private string Store(string text, out int size)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        size = bytes.Length;
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        _content[digest] = bytes;
        return digest;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path is "/v2/" or "/v2")
            return;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length >= 4 && parts[0] == "v2")
        {
            var repository = string.Join('/', parts[1..^2]);
            if (path.EndsWith("/tags/list", StringComparison.Ordinal) && _tags.TryGetValue(repository, out var tags))
            {
                await WriteTagsAsync(context, repository, tags);
                return;
            }

            if (parts[^2] is "manifests" or "blobs" && Find(repository, parts[^1]) is { } digest)
            {
                await WriteContentAsync(context, digest, parts[^2] == "manifests");
                return;
            }
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}""");
    }

    private string? Find(string repository, string reference)
    {
        if (_content.ContainsKey(reference))
            return reference;
        if (!_tags.TryGetValue(repository, out var tags))
            return null;
        lock (tags)
            return tags.GetValueOrDefault(reference);
    }

    private static async Task WriteTagsAsync(HttpContext context, string repository, SortedDictionary<string, string> tags)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("name", repository);
        json.WriteStartArray("tags");
        lock (tags)
        {
            foreach (var tag in tags.Keys)
                json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task WriteContentAsync(HttpContext context, string digest, bool manifest)
    {
        var bytes = _content[digest];
        context.Response.ContentType = manifest ? ManifestType : "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers["Docker-Content-Digest"] = digest;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
