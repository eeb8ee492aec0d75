using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Registries.Manifests;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Quirks;

/// <summary>A registry in this process that does what the specification says, but for what a test switches: each property is one thing that some registry does.</summary>
internal sealed class QuirkyRegistry : IAsyncDisposable
{
    private readonly ConcurrentQueue<int> _statuses = new();
    private ScriptedServer _server = null!;
    private int _pullsLeft;

    /// <summary>In its own order.</summary>
    public IReadOnlyList<string> Tags { get; set; } = ["1.0", "1.1", "1.2"];

    public ImageStore Images { get; init; } = new();

    /// <summary>What stands before <c>/v2/</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>Of the repository, as this registry knows it.</summary>
    public string Repository { get; init; } = "team/web";

    /// <summary>Not more than so many tags in a page, whatever is asked for; null: all where nothing is asked for.</summary>
    public int? MostInPage { get; init; }

    public bool IgnoresPageSize { get; init; }

    /// <summary>What it answers to pages of more than <see cref="MostInPage"/>; null: it makes them smaller.</summary>
    public int? RefusesLargePagesWith { get; init; }

    /// <summary>The header <c>Link</c>, of the cursor of the next page; empty leaves it out.</summary>
    public Func<string, string>? Link { get; init; }

    /// <summary>The whole answer to a list of tags; null: what there is.</summary>
    public Func<HttpContext, Task>? AnswersListsWith { get; init; }

    /// <summary>What it answers to HEAD of a manifest; null: as to GET.</summary>
    public int? RefusesHeadWith { get; init; }

    public bool SaysDigests { get; init; } = true;

    public string ManifestType { get; init; } = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>It wants a token, and says so with this header <c>WWW-Authenticate</c>; null: anybody may read.</summary>
    public string? Challenge { get; set; }

    /// <summary>Where it gives out tokens itself; null: nowhere.</summary>
    public string? TokenPath { get; init; }

    /// <summary>401 is the answer to its tokens too.</summary>
    public bool RefusesTokens { get; init; }

    /// <summary>Pulls that it allows in six hours, as Docker Hub does.</summary>
    public int? PullLimit { get; init; }

    /// <summary>Pulls that are left.</summary>
    public int PullsLeft
    {
        get => Volatile.Read(ref _pullsLeft);
        set => Volatile.Write(ref _pullsLeft, value);
    }

    /// <summary>Gives its lists a validator, and knows it again.</summary>
    public bool NamesValidators { get; init; }

    public string Host => _server.Host;

    public IReadOnlyList<GotRequest> Requests => _server.Requests;

    /// <summary>Of all answers.</summary>
    public IReadOnlyList<int> Statuses => [.. _statuses];

    public string Image => $"{Host}/{Repository}";

    /// <summary>An entry of registries.conf.</summary>
    /// <param name="prefix">Null: its host.</param>
    /// <param name="more">Further fields, each with its indentation of two and a line end.</param>
    public string Entry(string? prefix = null, string more = "") => $"""
        registries:
        - name: quirky
          prefix: "{prefix ?? Host}"
          api_url: http://{Host}{Path}
          limit: 1000
        {more}
        """;

    public static async Task<QuirkyRegistry> StartAsync(QuirkyRegistry registry, X509Certificate2? certificate = null)
    {
        registry._server = await ScriptedServer.StartAsync(
            async context =>
            {
                context.Response.OnStarting(() =>
                {
                    registry._statuses.Enqueue(context.Response.StatusCode);
                    return Task.CompletedTask;
                });
                await registry.AnswerAsync(context);
            },
            certificate);
        return registry;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == TokenPath)
            return context.SendAsync(200, """{"token":"t0ken","expires_in":300}""");
        if (Challenge is not null && (RefusesTokens || context.Request.Headers.Authorization != "Bearer t0ken"))
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            return context.SendAsync(401, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
        }

        var root = $"{Path}/v2/{Repository}/";
        if (!path.StartsWith(root, StringComparison.Ordinal))
            return context.SendAsync(404, """{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}""");
        return path[root.Length..].Split('/') switch
        {
            ["tags", "list"] => (AnswersListsWith ?? ListAsync)(context),
            ["manifests", var reference] => ManifestAsync(context, reference),
            ["blobs", var digest] when Images.Find(digest) is { } text => context.SendAsync(200, text, "application/octet-stream"),
            _ => context.SendAsync(404),
        };
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var wanted = int.TryParse(query["n"], CultureInfo.InvariantCulture, out var number) && !IgnoresPageSize ? number : (int?)null;
        if (wanted > MostInPage && RefusesLargePagesWith is { } status)
            return context.SendAsync(status, """{"errors":[{"code":"UNSUPPORTED","message":"Invalid parameter at 'maxResults'"}]}""");
        var cursor = query["last"].FirstOrDefault() ?? query["next_page"].FirstOrDefault();
        var first = cursor is null ? 0 : int.Parse(cursor.Split('-')[^1], CultureInfo.InvariantCulture);
        var page = Tags.Skip(first).Take(Math.Min(wanted ?? int.MaxValue, MostInPage ?? int.MaxValue)).ToList();
        if (first + page.Count < Tags.Count && Link is not null)
            context.Response.Headers.Link = Link($"at-{first + page.Count}");
        if (NamesValidators)
        {
            var validator = $"\"{ContentDigest.Compute(Encoding.UTF8.GetBytes(string.Join(' ', page)))}\"";
            context.Response.Headers.ETag = validator;
            if (context.Request.Headers.IfNoneMatch == validator)
                return context.SendAsync(304);
        }

        return context.SendAsync(200, JsonSerializer.Serialize(new { name = Repository, tags = page }));
    }

    private Task ManifestAsync(HttpContext context, string reference)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (isHead && RefusesHeadWith is { } status)
            return context.SendAsync(status);
        if (PullLimit is { } limit)
        {
            var isRefused = !isHead && PullsLeft == 0;
            if (!isHead && !isRefused)
                PullsLeft--;
            context.Response.Headers["ratelimit-limit"] = $"{limit};w=21600";
            context.Response.Headers["ratelimit-remaining"] = $"{PullsLeft};w=21600";
            context.Response.Headers["docker-ratelimit-source"] = "2001:db8:1::";
            if (isRefused)
                return context.SendAsync(429, """{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your unauthenticated pull rate limit."}]}""");
        }

        if (Images.Find(reference) is not { } text)
            return context.SendAsync(404, """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
        if (SaysDigests)
            context.Response.Headers["Docker-Content-Digest"] = ContentDigest.Compute(ContentDigest.Payload(Encoding.UTF8.GetBytes(text), ManifestType).Span).ToString();
        return context.SendAsync(200, text, ManifestType);
    }
}
